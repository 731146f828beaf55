// The native Coraza as a rival and as an oracle: reads one request a line (JSON), runs all phases, and writes the ids of
// the rules that matched, the interruption and the time it took, one JSON line each. Rules are read from a directory by
// the directives of a file, so that both engines load the same text.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/corazawaf/coraza/v3"
	"github.com/corazawaf/coraza/v3/types"
)

type response struct {
	Status  int         `json:"status"`
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"` // base64
}

type request struct {
	Method   string      `json:"method"`
	URI      string      `json:"uri"`
	Protocol string      `json:"protocol"`
	Headers  [][2]string `json:"headers"`
	Body     string      `json:"body"` // base64
	Client   string      `json:"client"`
	Response *response   `json:"response"`
	Repeat   int         `json:"repeat"` // runs for the clock; the last one is reported
}

type verdict struct {
	IDs    []int    `json:"ids"`
	Status int      `json:"status"` // of the interruption; 0 without one
	Log    []string `json:"log,omitempty"`
	CPU    float64  `json:"cpuUs"` // user and system time of the process for one run
	Wall   float64  `json:"wallUs"`
}

func main() {
	directives := flag.String("directives", "", "file with the directives to load")
	root := flag.String("root", ".", "directory that Include and data files are read from")
	withLog := flag.Bool("log", false, "write the log line of every match")
	flag.Parse()
	waf, err := coraza.NewWAF(coraza.NewWAFConfig().
		WithRootFS(os.DirFS(*root)).
		WithDirectivesFromFile(*directives))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			var r request
			if err := json.Unmarshal(line, &r); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			encoder.Encode(run(waf, &r, *withLog))
		}
		// Answered at once when the other side waits for it.
		if in.Buffered() == 0 {
			out.Flush()
		}
		if err != nil {
			out.Flush()
			return
		}
	}
}

func run(waf coraza.WAF, r *request, withLog bool) verdict {
	body, _ := base64.StdEncoding.DecodeString(r.Body)
	var answer []byte
	if r.Response != nil {
		answer, _ = base64.StdEncoding.DecodeString(r.Response.Body)
	}
	repeat := max(r.Repeat, 1)
	var result verdict
	cpu, wall := cpuTime(), time.Now()
	for i := 0; i < repeat; i++ {
		result = transact(waf, r, body, answer, withLog && i == repeat-1)
	}
	result.CPU = float64((cpuTime() - cpu).Nanoseconds()) / 1e3 / float64(repeat)
	result.Wall = float64(time.Since(wall).Nanoseconds()) / 1e3 / float64(repeat)
	return result
}

func transact(waf coraza.WAF, r *request, body, answer []byte, withLog bool) verdict {
	tx := waf.NewTransaction()
	defer tx.Close()
	phases(tx, r, body, answer)
	tx.ProcessLogging()
	result := verdict{IDs: []int{}}
	for _, match := range tx.MatchedRules() {
		result.IDs = append(result.IDs, match.Rule().ID())
		logged, ok := match.(interface{ Log() bool })
		if withLog && ok && logged.Log() {
			result.Log = append(result.Log, match.ErrorLog())
		}
	}
	if it := tx.Interruption(); it != nil {
		result.Status = it.Status
	}
	return result
}

func phases(tx types.Transaction, r *request, body, answer []byte) {
	client := r.Client
	if client == "" {
		client = "127.0.0.1"
	}
	tx.ProcessConnection(client, 50000, "127.0.0.1", 80)
	tx.ProcessURI(r.URI, r.Method, r.Protocol)
	for _, header := range r.Headers {
		tx.AddRequestHeader(header[0], header[1])
		if strings.EqualFold(header[0], "host") {
			tx.SetServerName(header[1])
		}
	}
	if tx.ProcessRequestHeaders() != nil {
		return
	}
	if len(body) > 0 && tx.IsRequestBodyAccessible() {
		if it, _, _ := tx.WriteRequestBody(body); it != nil {
			return
		}
	}
	if it, _ := tx.ProcessRequestBody(); it != nil || r.Response == nil {
		return
	}
	for _, header := range r.Response.Headers {
		tx.AddResponseHeader(header[0], header[1])
	}
	if tx.ProcessResponseHeaders(r.Response.Status, r.Protocol) != nil {
		return
	}
	if tx.IsResponseBodyAccessible() && tx.IsResponseBodyProcessable() {
		if it, _, _ := tx.WriteResponseBody(answer); it != nil {
			return
		}
	}
	tx.ProcessResponseBody()
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
