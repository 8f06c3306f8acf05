package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
)

// process is a server in a process of its own, as the clients' process sees it.
type process struct {
	addr netip.AddrPort

	cmd     *exec.Cmd
	stdin   io.Closer // its end ends the server
	orders  *json.Encoder
	reports *json.Decoder
	acks    *os.File
}

// start starts a server of a library.
func start(ctx context.Context, mode, library string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), childEnv+"="+mode+" "+library)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	far, acks, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer far.Close()
	cmd.ExtraFiles = []*os.File{far}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, acks.Close())
	}
	p := &process{cmd: cmd, stdin: stdin, orders: json.NewEncoder(stdin), reports: json.NewDecoder(stdout), acks: acks}
	r, err := p.report()
	if err == nil {
		p.addr, err = netip.ParseAddrPort(r.Addr)
	}
	if err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// stop ends the process and waits for its end.
func (p *process) stop() {
	p.stdin.Close()
	p.acks.Close()
	p.cmd.Process.Kill() // its connections need no goodbye
	p.cmd.Wait()         // tells that it was killed
}

// order gives an order, whose report has to be awaited.
func (p *process) order(o order) error { return p.orders.Encode(o) }

func (p *process) report() (report, error) {
	var r report
	if err := p.reports.Decode(&r); err != nil {
		return r, fmt.Errorf("the server's process: %w", err)
	}
	if r.Error != "" {
		return r, errors.New(r.Error)
	}
	return r, nil
}

// ask gives an order and waits for the report.
func (p *process) ask(o order) (report, error) {
	if err := p.order(o); err != nil {
		return report{}, err
	}
	return p.report()
}

// usage asks what the server has used since it began.
func (p *process) usage() (usage, error) {
	r, err := p.ask(order{Do: "usage"})
	return r.Usage, err
}

// acknowledge tells the server that a broadcast has come to everybody.
func (p *process) acknowledge() error {
	_, err := p.acks.Write([]byte{1})
	return err
}
