package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/wsserver/wstest"
)

type object = map[string]any

func TestEcho(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna := enter(t, c, "anna")
		began := time.Now()
		require.JSONEq(t, `{"words":["hello",1]}`, string(anna.ask("echo", object{"words": []any{"hello", 1}}).Result))
		require.LessOrEqual(t, time.Since(began), 2*time.Second/rate, "answered in the turn that comes next")
	})
}

func TestServicesOfItsOwn(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna := enter(t, c, "anna")
		var r struct {
			Eyes []int
			Sum  int
		}
		anna.call("dice.roll", object{"dice": 3, "sides": 6}, &r)
		require.Len(t, r.Eyes, 3)
		require.Equal(t, r.Eyes[0]+r.Eyes[1]+r.Eyes[2], r.Sum)
		e := anna.ask("dice.roll", object{"dice": 3, "sides": 1}).Error
		require.Equal(t, `"sides" must be an integer from 2 to 100, not 1`, e.Message)

		var m struct{ Time time.Time }
		anna.call("clock.now", object{}, &m)
		require.WithinDuration(t, time.Now(), m.Time, 2*time.Second/rate)
	})
}

func TestRouted(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna, bob, eve := enter(t, c, "anna"), enter(t, c, "bob"), enter(t, c, "eve")
		var r struct{ Delivered bool }
		anna.call("client.send", object{"to": "Bob", "data": "are you there?"}, &r)
		require.True(t, r.Delivered)
		got := bob.told("client.message")
		require.Equal(t, "anna", got.From)
		require.Equal(t, "are you there?", got.Data)

		e := anna.ask("client.send", object{"to": "bop", "data": "?"}).Error
		require.Equal(t, `client "bop" is not known; nearest is "bob"`, e.Message)
		require.Equal(t, "bob", e.Data.Suggest)
		require.Zero(t, eve.Received(), "it is nobody else's")
	})
}

func TestGroup(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna, bob, eve := enter(t, c, "anna"), enter(t, c, "bob"), enter(t, c, "eve")
		for _, member := range []*client{anna, bob} {
			member.call("sub.open", object{"id": "tea", "topic": "room:tea"}, nil)
		}
		bob.call("sub.open", object{"id": "cake", "topic": "room:cake"}, nil)
		eve.call("sub.open", object{"id": "cake", "topic": "room:cake"}, nil)

		say := func(from *client, room, text string) (delivered int) {
			t.Helper()
			var r struct{ Delivered int }
			from.call("topic.publish", object{"topic": room, "data": text}, &r)
			return r.Delivered
		}
		hear := func(by *client, room, from, text string) {
			t.Helper()
			e := by.told("sub.event")
			require.Equal(t, room, e.ID)
			require.JSONEq(t, `{"from":"`+from+`","data":"`+text+`"}`, string(e.Value))
		}
		require.Equal(t, 2, say(anna, "room:tea", "hello"))
		hear(anna, "tea", "anna", "hello")
		hear(bob, "tea", "anna", "hello")
		require.Equal(t, 2, say(eve, "room:cake", "two rooms at once"))
		hear(bob, "cake", "eve", "two rooms at once")

		bob.call("sub.close", object{"id": "tea"}, nil)
		require.Equal(t, 1, say(anna, "room:tea", "bob?"))
		require.Zero(t, bob.Received(), "who left hears no more")
		require.NoError(t, anna.Close(1000, ""))
		require.Zero(t, say(bob, "room:tea", "anna?"), "who closed the window has left")
	})
}

func TestWhoJoinsLateSeesWhatWasSaid(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna, bob := enter(t, c, "anna"), enter(t, c, "bob")
		anna.call("sub.open", object{"id": "tea", "topic": "room:tea"}, nil)
		for n := range history + 2 {
			anna.call("topic.publish", object{"topic": "room:tea", "data": strconv.Itoa(n)}, nil)
		}
		bob.call("sub.open", object{"id": "tea", "topic": "room:tea"}, nil)
		for n := 2; n < history+2; n++ {
			require.JSONEq(t, `{"from":"anna","data":"`+strconv.Itoa(n)+`"}`, string(bob.told("sub.event").Value))
		}
	})
}

// A window that does not acknowledge is not sent more than its credit, and costs the
// others nothing. What waits for it waits by the rules of the topic.
func TestStreamed(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna, bob := enter(t, c, "anna"), enter(t, c, "bob")
		open := func(cl *client, topic, policy string, credit int) {
			t.Helper()
			var opened struct{ Snapshot []price }
			cl.call("sub.open", object{"id": topic, "topic": topic, "policy": policy, "rate": 0, "buffer": 10, "credit": credit}, &opened)
			require.Len(t, opened.Snapshot, 6)
		}
		open(anna, "prices", "latest", 4)
		open(bob, "moves", "all", 0)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.Equal(t, 4, anna.Received())
		moves := bob.Received()
		require.InDelta(t, 10*47, moves, 100, "all the moves of six goods in ten seconds")

		last := anna.read("prices", 4)
		require.Zero(t, last.Lost)
		anna.call("sub.ack", object{"id": "prices", "seq": last.Seq}, nil)
		newest, lost := map[string]bool{}, uint64(0)
		for range 4 {
			e := anna.told("sub.event")
			newest[e.price(t).Symbol] = true
			lost += e.Lost
		}
		require.Len(t, newest, 4, "of each good one price waited")
		require.InDelta(t, moves-10, lost, 10, "what was replaced counts as lost")
		require.Zero(t, bob.read("moves", moves).Lost)
	})
}

func TestTheBufferOfAllDropsTheOldest(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna := enter(t, c, "anna")
		anna.call("sub.open", object{"id": "moves", "topic": "moves", "policy": "all", "buffer": 10, "credit": 4}, nil)
		time.Sleep(10 * time.Second)
		last := anna.read("moves", 4)
		anna.call("sub.ack", object{"id": "moves", "seq": last.Seq}, nil)
		e := anna.told("sub.event")
		require.InDelta(t, 10*47, e.Lost, 100)
		require.Equal(t, last.Seq+1+e.Lost, e.Seq, "the ten newest are left")
	})
}

func TestReliableClosesWhoDoesNotRead(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna, bob := enter(t, c, "anna"), enter(t, c, "bob")
		anna.call("sub.open", object{"id": "moves", "topic": "moves", "policy": "reliable", "buffer": 10, "credit": 4}, nil)
		time.Sleep(10 * time.Second)
		require.Zero(t, anna.read("moves", 4).Lost)
		_, _, err := anna.Next(t.Context())
		var closed *wstest.CloseError
		require.ErrorAs(t, err, &closed)
		require.Equal(t, 4008, closed.Code)
		require.Equal(t, "too slow: 11 events of moves wait", closed.Reason)
		bob.call("echo", object{}, nil)
	})
}

func TestANameIsTaken(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna, other := enter(t, c, "anna"), arrive(t, c)
		e := other.ask("session.login", object{"name": "Anna"}).Error
		require.Equal(t, `name "Anna" is taken`, e.Message)
		require.Equal(t, "Anna-2", e.Data.Suggest)
		other.call("session.login", object{"name": e.Data.Suggest}, nil)

		require.NoError(t, anna.Close(1000, ""))
		other.call("session.login", object{"name": "anna"}, nil)
	})
}

func TestWhoIsHere(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna := enter(t, c, "anna")
		names := func(rows json.RawMessage) (names []string) {
			var list []struct{ Name string }
			require.NoError(t, json.Unmarshal(rows, &list))
			for _, s := range list {
				names = append(names, s.Name)
			}
			return names
		}
		var opened struct{ Snapshot json.RawMessage }
		anna.call("sub.open", object{"id": "here", "topic": "sessions"}, &opened)
		require.Equal(t, []string{"anna"}, names(opened.Snapshot))
		bob := enter(t, c, "bob")
		for len(names(anna.told("sub.event").Value)) == 1 { // of the second that went by
		}
		require.NoError(t, bob.Close(1000, ""))
		require.Eventually(t, func() bool { return len(names(anna.told("sub.event").Value)) == 1 }, time.Minute, time.Millisecond)
	})
}

func TestThePassword(t *testing.T) {
	running(t, options{password: "open sesame"}, func(t *testing.T, c *chat) {
		for _, params := range []object{{"name": "eve"}, {"name": "eve", "code": "open"}, {"name": "eve", "token": "open"}} {
			eve := arrive(t, c)
			require.Equal(t, int(rpc.LoginRequired), eve.ask("session.login", params).Error.Code, params)
			_, _, err := eve.Next(t.Context())
			require.ErrorAs(t, err, new(*wstest.CloseError), "one guess a connection")
		}
		var first, second struct{ Name, Token string }
		window := arrive(t, c)
		window.call("session.login", object{"name": "anna", "code": "open sesame"}, &first)
		require.NoError(t, window.Close(1001, "reloaded"))
		arrive(t, c).call("session.login", object{"name": "anna", "token": first.Token}, &second)
		require.Equal(t, first, second)
	})
}

func TestWhoGuessesHasToWait(t *testing.T) {
	running(t, options{password: "open sesame"}, func(t *testing.T, c *chat) {
		guess := func(code string) *refusal {
			return arrive(t, c).ask("session.login", object{"code": code}).Error
		}
		for range guesses {
			require.Equal(t, "the password is not right", guess("open barley").Message)
		}
		require.Equal(t, int(rpc.TooMany), guess("open sesame").Code, "it is not even looked at")
		time.Sleep(time.Minute)
		require.Nil(t, guess("open sesame"))
	})
}

// A client that sends faster than it is served is read no further: it waits, and
// nobody else does.
func TestAFloodWaits(t *testing.T) {
	running(t, options{}, func(t *testing.T, c *chat) {
		anna, bob := enter(t, c, "anna"), enter(t, c, "bob")
		const flood = 1000
		sent := make(chan error, 1)
		go func() {
			for range flood {
				if err := anna.SendText([]byte(`{"jsonrpc":"2.0","id":0,"method":"echo"}`)); err != nil {
					sent <- err
					return
				}
			}
			sent <- nil
		}()
		bob.call("echo", object{}, nil)
		for range flood {
			anna.next()
		}
		require.NoError(t, <-sent)
	})
}

func TestItPrintsItsAddressAndEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	require.NoError(t, run(ctx, []string{"-addr=127.0.0.1:0"}, &out, io.Discard))
	require.Regexp(t, `^chat: http://127\.0\.0\.1:[1-9]\d*\n$`, out.String())
}

func TestOptionsThatDoNotDo(t *testing.T) {
	for arg, want := range map[string]string{
		"-addr=here":          "-addr=here: wanted is host:port, such as 127.0.0.1:6070",
		"-addr=:6070":         "-addr=:6070: name the one address by which browsers reach it",
		"-addr=0.0.0.0:6070":  "-addr=0.0.0.0:6070: name the one address by which browsers reach it",
		"-addr=192.0.2.7:607": "-addr=192.0.2.7:607: other machines reach it, so set -password",
		"tea":                 `"tea" is no flag`,
	} {
		require.EqualError(t, run(t.Context(), []string{arg}, io.Discard, io.Discard), want)
	}
	var help bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-h"}, io.Discard, &help))
	require.Contains(t, help.String(), "-password")
}
