package redis_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"weft/cache/redis"
)

func TestUserAndDatabase(t *testing.T) {
	s := newReal(t)
	s.do(t, "ACL", "SETUSER", "weft", "on", ">p@ss/w:rd", "~{shop}:*", "~shop:*", "+@all", "-@admin", "-@dangerous")
	r := open(t, redis.Options{URL: "redis://weft:p%40ss%2Fw%3Ard@" + s.addr + "/3?prefix=shop"})
	r.keep(t, "key", "1", "tag")
	r.has(t, "key")
	r.invalidate(t, "tag")
	r.lacks(t, "key")
	if got := fmt.Sprint(s.do(t, "INFO", "keyspace")); !strings.Contains(got, "db3:keys=3") || strings.Contains(got, "db0") {
		t.Errorf("got %s, want a value and two streams in database 3", got)
	}
	wrong := openAbsent(t, redis.Options{URL: "redis://weft:wrong@" + s.addr})
	eventually(t, "a wrong password goes unnoticed", func() bool { return wrong.Stats().Disconnects > 1 })
	if wrong.Stats().Connected {
		t.Error("connected with a wrong password")
	}
}

func TestTLS(t *testing.T) {
	s := newServer(t)
	certified := httptest.NewTLSServer(nil)
	defer certified.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certified.TLS.Certificates})
	if err != nil {
		t.Fatal(err)
	}
	p := newProxyOn(t, l, s.addr)
	r := open(t, redis.Options{URL: "rediss" + strings.TrimPrefix(p.url(), "redis") + "?skip_verify=true"})
	r.keep(t, "key", "1")
	r.has(t, "key")
	untrusting := openAbsent(t, redis.Options{URL: "rediss" + strings.TrimPrefix(p.url(), "redis")})
	eventually(t, "a wrong certificate goes unnoticed", func() bool { return untrusting.Stats().Disconnects > 1 })
	if untrusting.Stats().Connected {
		t.Error("connected in spite of a wrong certificate")
	}
}

// newSentinel starts a Sentinel that watches a master and a replica.
func newSentinel(t *testing.T, master *server) *server {
	t.Helper()
	host, port, _ := net.SplitHostPort(master.addr)
	file := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor weft %s %s 1\nsentinel down-after-milliseconds weft 1000\nsentinel failover-timeout weft 5000\n", host, port)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return newRealFrom(t, file, "--sentinel")
}

func TestFailoverBySentinel(t *testing.T) {
	master := newReal(t)
	host, port, _ := net.SplitHostPort(master.addr)
	second := newReal(t, "--replicaof", host+" "+port)
	eventually(t, "the replica does not follow", func() bool {
		return strings.Contains(fmt.Sprint(second.do(t, "INFO", "replication")), "master_link_status:up")
	})
	watcher := newSentinel(t, master)
	eventually(t, "the Sentinel does not find the replica", func() bool {
		return strings.Contains(fmt.Sprint(watcher.do(t, "INFO", "sentinel")), "slaves=1")
	})
	url := "redis+sentinel://" + watcher.addr + "?master_name=weft"
	a, b := open(t, redis.Options{URL: url}), open(t, redis.Options{URL: url})
	a.keep(t, "key", "1", "tag")
	a.keep(t, "kept", "1", "other")
	b.has(t, "key")
	at := b.generations.Position()
	eventually(t, "the Sentinel does not fail over", func() bool {
		return watcher.client.Do(t.Context(), "SENTINEL", "FAILOVER", "weft").Err() == nil
	})
	eventually(t, "the replica is not promoted", func() bool {
		return strings.Contains(second.client.Info(t.Context(), "replication").Val(), "role:master") // which ends connections
	})
	_ = a.Invalidate(t.Context(), []string{"tag"}) // now or later
	a.lacks(t, "key")
	eventually(t, "the other replica does not hear", func() bool { return !b.generations.Valid(at.Local, []string{"tag"}) && b.get("key") == nil })
	eventually(t, "nothing is served after the failover", func() bool { return b.get("kept") != nil || !b.generations.Valid(at.Local, nil) })
	a.recovers(t)
	b.recovers(t)
}

// TestReshardedCluster moves the slots of the log and of a value to other nodes, while both are in use.
func TestReshardedCluster(t *testing.T) {
	nodes := newCluster(t)
	url := "redis+cluster://" + nodes[0].addr
	a, b := open(t, redis.Options{URL: url}), open(t, redis.Options{URL: url})
	a.keep(t, "key", "1", "tag")
	at, doubts := b.generations.Position(), b.Stats().Doubts
	var value string
	for _, n := range nodes {
		if names := n.values(t); len(names) == 1 {
			value = names[0]
		}
	}
	move(t, nodes, logName, eventsName)
	b.has(t, "key")
	move(t, nodes, value)
	b.has(t, "key")
	a.invalidate(t, "tag")
	b.lacks(t, "key")
	eventually(t, "the other replica does not hear", func() bool { return !b.generations.Valid(at.Local, []string{"tag"}) })
	if got := b.Stats().Doubts; got != doubts {
		t.Errorf("memory was flushed, though nothing was missed: %d doubts, want %d", got, doubts)
	}
}

// move moves a slot, in which there are keys, from its node to another one.
func move(t *testing.T, nodes []*server, keys ...string) {
	t.Helper()
	slot := nodes[0].do(t, "CLUSTER", "KEYSLOT", keys[0])
	var from, to *server
	for _, n := range nodes {
		if n.client.Exists(t.Context(), keys[0]).Val() == 1 {
			from = n
		} else {
			to = n
		}
	}
	id := func(n *server) any { return n.do(t, "CLUSTER", "MYID") }
	to.do(t, "CLUSTER", "SETSLOT", slot, "IMPORTING", id(from))
	from.do(t, "CLUSTER", "SETSLOT", slot, "MIGRATING", id(to))
	host, port, _ := net.SplitHostPort(to.addr)
	n, _ := strconv.Atoi(port)
	args := []any{"MIGRATE", host, n, "", 0, 5000, "KEYS"}
	for _, key := range keys {
		args = append(args, key)
	}
	from.do(t, args...)
	to.do(t, "CLUSTER", "SETSLOT", slot, "NODE", id(to))
	for _, n := range nodes {
		if err := n.client.Do(t.Context(), "CLUSTER", "SETSLOT", slot, "NODE", id(to)).Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOneNodeOfTheClusterIsGone holds that what the others have is served, as long as the log can be read.
func TestOneNodeOfTheClusterIsGone(t *testing.T) {
	nodes := newCluster(t)
	for _, n := range nodes {
		n.do(t, "CONFIG", "SET", "cluster-require-full-coverage", "no")
	}
	r := open(t, briefly("redis+cluster://"+nodes[0].addr+","+nodes[1].addr+","+nodes[2].addr))
	for i := range 30 {
		r.Set(r.entry(fmt.Sprint("key ", i), "1"))
	}
	r.flush(t)
	for _, n := range nodes {
		if n.client.Exists(t.Context(), logName).Val() == 0 {
			n.kill(t)
			break
		}
	}
	eventually(t, "what the other nodes have is not served", func() bool {
		hits := 0
		for i := range 30 {
			if r.get(fmt.Sprint("key ", i)) != nil {
				hits++
			}
		}
		return hits > 5
	})
}
