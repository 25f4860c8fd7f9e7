package main

func Example() {
	main()
	// Output: 1 Water the plants
}
