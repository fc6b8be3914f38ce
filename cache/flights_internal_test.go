package cache

import "testing"

// Who claims for the second time joins no flight that was begun before it came: what that brings would be refused again.
func TestSecondClaimJoinsNewerFlightsOnly(t *testing.T) {
	var flights Flights[int]
	c := New(Options{})
	request := func() *Request[int] {
		return &Request[int]{IDs: []string{"a"}, Flights: &flights, progress: progress[int]{cache: c, at: c.Position()}}
	}
	own, _, _ := flights.claim(request(), []int{0}, false, false)
	c.generations.Invalidate("x")
	late := request()
	if other, _, joined := flights.claim(late, []int{0}, false, false); other != nil || joined[0].flight != own {
		t.Error("the first claim does not join what is on its way")
	}
	again, _, joined := flights.claim(late, []int{0}, true, false)
	if again == nil || joined[0].flight != nil {
		t.Fatal("the second claim joins a flight from before")
	}
	if other, _, joined := flights.claim(request(), []int{0}, true, false); other != nil || joined[0].flight != again {
		t.Error("the second claim does not join a flight that was begun since")
	}
}
