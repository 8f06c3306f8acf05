package console

import (
	"cmp"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/rpc/wsrpc"
	"github.com/scry-dev/scry/wsserver"
)

// Limits bound what clients may send and hold. A zero field means its default,
// which suits a game on a developer's machine; a program with thousands of viewers
// raises Transport.MaxConnections.
type Limits struct {
	// Transport bounds connections, messages, bytes, and their pace. A client may send
	// 500 messages and 1 MiB a second and twice as much at once, unless that is set
	// otherwise; less than zero is no pace. None holds for the client that holds the
	// game.
	Transport wsserver.Limits
	Protocol  rpc.Limits   // batches, answers, subscriptions
	Queue     wsrpc.Limits // requests that wait, and clients that are about to log in
}

// The pace of a client, where nothing else is set: far more than a dashboard needs,
// and far less than would keep the game busy.
const (
	messageRate, messageBurst = 500, 1000
	byteRate, byteBurst       = 1 << 20, 2 << 20
)

// transport is the transport's part. Less than zero stands for no pace.
func (l *Limits) transport() wsserver.Limits {
	t := l.Transport
	t.MessageRate, t.MessageBurst = cmp.Or(t.MessageRate, messageRate), cmp.Or(t.MessageBurst, messageBurst)
	t.ByteRate, t.ByteBurst = cmp.Or(t.ByteRate, byteRate), cmp.Or(t.ByteBurst, byteBurst)
	return t
}
