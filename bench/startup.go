package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/dyntable/dyn/bench/building"
	"github.com/dyntable/dyn/bench/measure"
	"github.com/dyntable/dyn/bench/startup"
)

// startVar, in its environment, makes the program measure its own start with
// so many entities.
const startVar = "DYN_BENCH_START"

func startIfAsked() {
	n, err := strconv.Atoi(os.Getenv(startVar))
	if err != nil {
		return
	}
	start := measure.ProcessorTime()
	if err := startup.Service(n); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println((measure.ProcessorTime() - start).Nanoseconds())
	os.Exit(0)
}

// startOf is the median of what programs that have just started take for a
// service of n entities.
func startOf(n int) (time.Duration, error) {
	program, err := os.Executable()
	if err != nil {
		return 0, err
	}
	times := make([]float64, 11)
	for i := range times {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), startVar+"="+strconv.Itoa(n))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return 0, err
		}
		if times[i], err = strconv.ParseFloat(string(bytes.TrimSpace(out)), 64); err != nil {
			return 0, err
		}
	}
	return time.Duration(measure.Median(times)), nil
}

// maxCompile is what NewEntity of 20 attributes may take.
const maxCompile = 50 * time.Microsecond

func startupRows() ([][]string, error) {
	ours, theirs, err := building.FirstUse()
	if err != nil {
		return nil, err
	}
	rows := [][]string{
		{"`NewEntity` of 20 attributes, in a program that has made others (goal: " + duration(maxCompile) + ")", duration(ours.Time), fmt.Sprintf("%.0f", ours.Allocs)},
		{"for comparison: the first `attributevalue.MarshalMap` of the type", duration(theirs.Time), fmt.Sprintf("%.0f", theirs.Allocs)},
	}
	for _, n := range []int{1, 30} {
		t, err := startOf(n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []string{fmt.Sprintf("a service of %d entities of 20 attributes, in a program that has just started", n), duration(t), ""})
	}
	return rows, nil
}

// startupSection prints what starting takes.
func startupSection() error {
	rows, err := startupRows()
	if err != nil {
		return err
	}
	fmt.Print("\n## Start-up\n\n")
	markdown([]string{"", "time", "allocations"}, rows)
	return nil
}

// buildingSection prints what it takes to build requests, without sending them.
func buildingSection() error {
	claims, err := building.Claims()
	if err != nil {
		return err
	}
	var rows [][]string
	for _, c := range claims {
		results, err := raceClaim(c, effort())
		if err != nil {
			return err
		}
		sdk, dyn := results[0], results[1]
		rows = append(rows, []string{
			c.Name, duration(sdk.Time), duration(dyn.Time), fmt.Sprintf("%.2fx", dyn.Faster), fmt.Sprintf("%.1fx", c.Goal),
			fmt.Sprintf("%.0f", sdk.Allocs), fmt.Sprintf("%.0f", dyn.Allocs),
		})
	}
	fmt.Print("\n## Requests built but not sent, and items encoded and decoded\n\n")
	markdown([]string{"", "AWS packages", "dyn", "faster", "goal", "their allocations", "dyn's"}, rows)
	return nil
}

func raceClaim(c building.Claim, e measure.Effort) ([]measure.Result, error) {
	work := func(name string, do func() (any, error)) measure.Work {
		return measure.Work{Name: name, Do: func() error {
			_, err := do()
			return err
		}}
	}
	return measure.Race([]measure.Work{work(c.Name+" by the AWS packages", c.SDK), work(c.Name, c.Dyn)}, e)
}
