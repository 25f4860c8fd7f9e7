package tag

import "strings"

// Nearest returns the one of known that a misspelt word most likely means, or "" when none is near: at most a third of
// its letters differ. Case counts for nothing.
func Nearest(word string, known []string) string {
	best, bestDist := "", len(word)+1
	for _, k := range known {
		limit := (max(len(word), len(k)) + 2) / 3
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d <= limit && d < bestDist {
			best, bestDist = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, drop, replace or swap with the next one (each letter at most once).
func distance(a, b string) int {
	rows := [3][]int{}
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, up, up2 := rows[i%3], rows[(i+2)%3], rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, up[j]+1, up[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], up2[j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
