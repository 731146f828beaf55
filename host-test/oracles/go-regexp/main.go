// Oracle for the regex engine: Go's regexp, an independent implementation of RE2 syntax and of
// leftmost-first matching. Reads JSON lines {"p": pattern, "t": [texts]} and writes one JSON line for
// each: null when Go refuses the pattern, else for each text the offsets of the match and its groups
// (-1 for a group without part) or null. Only ASCII is sent, so runes and bytes are the same.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
)

type query struct {
	Pattern string   `json:"p"`
	Texts   []string `json:"t"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder := json.NewDecoder(in)
	encoder := json.NewEncoder(out)
	for {
		var q query
		if decoder.Decode(&q) != nil {
			return
		}
		re, err := regexp.Compile(q.Pattern)
		if err != nil {
			encoder.Encode(nil)
			continue
		}
		answers := make([][]int, len(q.Texts))
		for i, text := range q.Texts {
			answers[i] = re.FindStringSubmatchIndex(text)
		}
		encoder.Encode(answers)
	}
}
