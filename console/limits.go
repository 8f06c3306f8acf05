package console

import (
	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/rpc/wsrpc"
	"github.com/scry-dev/scry/wsserver"
)

// Limits bound what clients may send and hold. A zero field means its default,
// which suits a game on a developer's machine; a program with thousands of viewers
// raises Transport.MaxConnections.
type Limits struct {
	Transport wsserver.Limits // connections, messages, bytes, and their pace
	Protocol  rpc.Limits      // batches, answers, subscriptions
	Queue     wsrpc.Limits    // requests that wait, and clients that are about to log in
}
