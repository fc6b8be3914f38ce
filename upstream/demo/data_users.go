package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// account is a customer: the public part, and what only the customer sees.
type account struct {
	user

	private profile
}

// user is what everybody may know of a customer.
type user struct {
	ID          int    `json:"id"`
	Name        string `json:"name"`
	Initials    string `json:"initials"`
	City        string `json:"city"`
	Country     string `json:"country"`
	MemberSince string `json:"memberSince" format:"date"`
}

// profile is what a customer alone may see of the account.
type profile struct {
	Email         string    `json:"email"`
	Points        int       `json:"points"`
	Tier          string    `json:"tier" enum:"regular,friend,family"`
	FavoriteStore string    `json:"favoriteStore"`
	Newsletter    bool      `json:"newsletter"`
	Addresses     []address `json:"addresses"`
}

type address struct {
	Label    string `json:"label"`
	Name     string `json:"name"`
	Street   string `json:"street"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	Country  string `json:"country"`
}

// makeUsers names the first forty as the tables stand, row by row, and then shifts the family names.
func makeUsers(rng *rand.Rand, v *vocabulary) []account {
	users := make([]account, userCount)
	for i := range users {
		round := i / len(v.first)
		first, last := v.first[i%len(v.first)], v.last[(i+8*round)%len(v.last)]
		joined := time.Date(2020, time.June, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rng.IntN(2080))
		name := first + " " + last
		home := makeAddress(rng, "Home", name, pick(rng, v.places))
		users[i] = account{
			user: user{
				ID: i + 1, Name: name, Initials: initials(first, last),
				City: home.City, Country: home.Country, MemberSince: joined.Format(time.DateOnly),
			},
			private: profile{
				Email: letters(first) + "." + letters(last) + "@example.org", Points: rng.IntN(4200),
				FavoriteStore: pick(rng, v.stores)[0], Newsletter: rng.IntN(3) > 0, Addresses: []address{home},
			},
		}
		p := &users[i].private
		p.Tier = tier(p.Points)
		if rng.IntN(4) == 0 || i < 2 {
			p.Addresses = append(p.Addresses, makeAddress(rng, "Work", name, pick(rng, v.places)))
		}
	}
	return users
}

func makeAddress(rng *rand.Rand, label, name string, place []string) address {
	return address{
		Label: label, Name: name, Street: fmt.Sprintf("%s %d", place[3], between(rng, 1, 140)),
		Postcode: place[2], City: place[0], Country: place[1],
	}
}

func initials(first, last string) string { return string([]rune(first)[:1]) + string([]rune(last)[:1]) }

func tier(points int) string {
	switch {
	case points >= 3000:
		return "family"
	case points >= 1200:
		return "friend"
	default:
		return "regular"
	}
}

// letters is s in lower case, without accents, apostrophes and spaces.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}
