package auth_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/auth"
	"weft/graph/schedule"
)

// closed is a scheduler that runs nothing any more.
func closed(t *testing.T) *schedule.Scheduler {
	s := schedule.New(schedule.Options{})
	s.Close(t.Context())
	return s
}

// TestKeys are sets that issuers may have: a good token is accepted only where its key is there, and for it.
func TestKeys(t *testing.T) {
	public := signing()["p256"].Public()
	good := webKey("p256", public, nil)
	with := func(more object) object { return webKey("p256", public, more) }
	set := func(keys ...object) string { return encode(object{"keys": keys}) }
	without := func(name string) object {
		k := maps.Clone(good)
		delete(k, name)
		return k
	}
	short := must(rsa.GenerateKey(rand.Reader, 1024))
	for name, tt := range map[string]struct {
		set  string
		good bool
	}{
		"ForAll":            {set(good), true},
		"ForSignatures":     {set(with(object{"use": "sig", "alg": "ES256", "key_ops": []string{"verify"}})), true},
		"WithOthers":        {set(webKey("x", []byte{}, object{"kty": "oct", "k": "AAAA"}), good, webKey("y", []byte{}, object{"kty": "new"})), true},
		"PrivateToo":        {set(with(object{"d": "AAAA"})), true},
		"ForEncryption":     {set(with(object{"use": "enc"})), false},
		"ForKeyAgreement":   {set(with(object{"alg": "ECDH-ES"})), false},
		"ForSigning":        {set(with(object{"key_ops": []string{"sign"}})), false},
		"ForOtherAlgorithm": {set(with(object{"alg": "ES384"})), false},
		"OtherKid":          {set(with(object{"kid": "P256"})), false},
		"SameKidTwice":      {set(good, good), false},
		"SameKidOfTwo":      {set(good, webKey("p256", signing()["new"].Public(), nil)), false},
		"NotOnItsCurve":     {set(with(object{"y": good["x"]})), false},
		"Broken":            {set(with(object{"x": "??"})), false},
		"NoCoordinate":      {set(without("y")), false},
		"ShortRSA":          {set(good, webKey("short", &short.PublicKey, nil)), false},
		"EvenExponent":      {set(good, webKey("rsa", signing()["rsa"].Public(), object{"e": "AQAA"})), false},
		"HugeExponent":      {set(good, webKey("rsa", signing()["rsa"].Public(), object{"e": "AQAAAAAAAAE"})), false},
		"Empty":             {set(), false},
		"NoSet":             {"{}", false},
		"NoJSON":            {"<html>", false},
		"AList":             {"[]", false},
		"KeysAreTexts":      {`{"keys": ["a"]}`, false},
		"TooLarge":          {set(with(object{"x5c": []string{strings.Repeat("a", 10<<20)}})), false},
	} {
		t.Run(name, func(t *testing.T) {
			a := open(t, auth.Options{Issuers: []auth.IssuerOptions{trusted(serve(t, tt.set).URL)}})
			c, err := a.Authenticate(t.Context(), bearer(sign("ES256", "p256", claims(nil))))
			if (c != nil) != tt.good || (err == nil) != tt.good {
				t.Errorf("got %v, %v, want good %t", c, err, tt.good)
			}
		})
	}
}

// TestIssuerFails: an issuer that fails makes no request wait, and none be believed.
func TestIssuerFails(t *testing.T) {
	var elsewhere *server
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request){
		"Status":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"NotFound": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
		"Redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"CutOff": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, setOf("p256")[:100])
		},
	} {
		t.Run(name, func(t *testing.T) {
			elsewhere = serve(t, setOf("p256"))
			s := serve(t, "")
			s.does(answer)
			var log bytes.Buffer
			client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			a := open(t, auth.Options{Issuers: []auth.IssuerOptions{trusted(s.URL)}, Logger: slog.New(slog.NewTextHandler(&log, nil)), Client: client})
			unavailable(t, a, bearer(sign("ES256", "p256", claims(nil))))
			status := a.Status().Issuers[0]
			if status.Error == "" || status.Keys != 0 || !strings.Contains(log.String(), "issuer=login") {
				t.Errorf("got the status %+v, the log %q", status, log.String())
			}
		})
	}
}

// inBubble returns an Authenticator of an issuer without a network, whose time passes when nothing else happens.
func inBubble(t *testing.T, issuer *transport, of auth.IssuerOptions) *auth.Authenticator {
	tasks := schedule.New(schedule.Options{})
	t.Cleanup(func() { tasks.Close(context.Background()) })
	a, err := auth.New(auth.Options{
		Issuers: []auth.IssuerOptions{of}, Schedule: tasks, Client: &http.Client{Transport: issuer}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Ready(t.Context())
	return a
}

// TestUnknownKeys: tokens of keys that the issuer does not have cost it one fetch in half a minute, and wait for none.
func TestUnknownKeys(t *testing.T) {
	signing()
	synctest.Test(t, func(t *testing.T) {
		issuer := withoutNetwork(setOf("p256"))
		a := inBubble(t, issuer, trusted("https://login.example.com/keys"))
		begin := time.Now()
		for range 3 {
			for i := range 200 {
				key := signing()["stranger"]
				refused(t, a, bearer(signWith("ES256", object{"kid": strings.Repeat("x", i+1)}, key, claims(nil))), "no such key")
			}
			synctest.Wait()
			time.Sleep(10 * time.Second)
		}
		if n, after := issuer.fetches.Load(), time.Since(begin); n != 1 || after != 30*time.Second {
			t.Errorf("%d fetches after %s, want the first one only", n, after)
		}
		for range 200 {
			refused(t, a, bearer(sign("ES256", "stranger", claims(nil))), "no such key")
		}
		synctest.Wait()
		if n := issuer.fetches.Load(); n != 2 {
			t.Errorf("%d fetches, want one more after half a minute", n)
		}
	})
}

// TestRotation: a new key works as soon as it was asked for, and one that was taken back for no longer than until the next refresh, also
// for tokens that were verified before; and one that is another under the same name is another.
func TestRotation(t *testing.T) {
	signing()
	synctest.Test(t, func(t *testing.T) {
		issuer := withoutNetwork(setOf("p256", "ed"))
		a := inBubble(t, issuer, trusted("https://login.example.com/keys"))
		old, stays := bearer(sign("ES256", "p256", claims(nil))), bearer(sign("EdDSA", "ed", claims(nil)))
		kept := accepted(t, a, stays)
		accepted(t, a, old)

		issuer.does(answering(setOf("new", "ed")))
		fresh := bearer(sign("ES256", "new", claims(nil)))
		refused(t, a, fresh, "no such key") // the keys are 0 s old
		time.Sleep(31 * time.Second)
		accepted(t, a, old)
		refused(t, a, fresh, "no such key") // it has them fetched
		synctest.Wait()
		accepted(t, a, fresh)
		refused(t, a, old, "no such key")
		if accepted(t, a, stays) != kept {
			t.Error("a key that stays has its tokens verified again")
		}

		replaced := encode(object{"keys": []object{webKey("new", signing()["p256"].Public(), nil)}})
		issuer.does(answering(replaced))
		time.Sleep(6 * time.Minute)
		refused(t, a, fresh, "signature")
		accepted(t, a, bearer(signWith("ES256", object{"kid": "new"}, signing()["p256"], claims(nil))))
	})
}

// TestIssuerDown: the last keys hold for a day, and come back when the issuer does.
func TestIssuerDown(t *testing.T) {
	signing()
	synctest.Test(t, func(t *testing.T) {
		issuer := withoutNetwork(setOf("p256"))
		a := inBubble(t, issuer, trusted("https://login.example.com/keys"))
		token := bearer(sign("ES256", "p256", claims(object{"exp": time.Now().Add(72 * time.Hour).Unix()})))
		accepted(t, a, token)
		for _, answer := range []func(*http.Request) (int, io.Reader, error){
			func(*http.Request) (int, io.Reader, error) { return 0, nil, errors.New("refused") },
			answering("<html>"),
			func(*http.Request) (int, io.Reader, error) { return 503, strings.NewReader(""), nil },
			func(r *http.Request) (int, io.Reader, error) { <-r.Context().Done(); return 0, nil, r.Context().Err() },
			answering(strings.Repeat(" ", 2<<20)),
		} {
			issuer.does(answer)
			time.Sleep(10 * time.Minute)
			begin := time.Now()
			accepted(t, a, token)
			if waited := time.Since(begin); waited > 0 {
				t.Errorf("a request waited for %s", waited)
			}
			if s := a.Status().Issuers[0]; s.Error == "" || s.Keys != 1 || s.Age < 600 {
				t.Errorf("got the status %+v", s)
			}
		}
		issuer.does(answering("<html>"))
		time.Sleep(24 * time.Hour)
		for scheduled := issuer.fetches.Load() + 1; issuer.fetches.Load() < scheduled; { // the next one is minutes away
			time.Sleep(time.Second)
		}
		time.Sleep(31 * time.Second)
		unavailable(t, a, token) // it has the keys fetched
		synctest.Wait()
		if s := a.Status().Issuers[0]; s.Keys != 0 || s.Age < 86400 {
			t.Errorf("got the status %+v", s)
		}
		issuer.does(answering(setOf("p256")))
		time.Sleep(31 * time.Second)
		unavailable(t, a, token) // it has the keys fetched
		synctest.Wait()
		accepted(t, a, token)
		if s := a.Status().Issuers[0]; s.Error != "" || s.Keys != 1 || s.Age > 1 {
			t.Errorf("got the status %+v", s)
		}
	})
}

// TestExpiry: a token that is kept ends when it says so.
func TestExpiry(t *testing.T) {
	signing()
	synctest.Test(t, func(t *testing.T) {
		of := trusted("https://login.example.com/keys")
		of.Leeway = 10 * time.Second
		a := inBubble(t, withoutNetwork(setOf("p256")), of)
		token := bearer(sign("ES256", "p256", claims(object{"exp": time.Now().Add(time.Minute).Unix()})))
		accepted(t, a, token)
		time.Sleep(69 * time.Second)
		accepted(t, a, token)
		time.Sleep(time.Second)
		refused(t, a, token, "expired")
	})
}
