package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"weft/graph/imageurl"
)

// images reads the image services that the schema names.
func (f *file) images(key string, node ast.Node) {
	f.each(key, node, func(name, key string, at, value ast.Node) {
		if !slices.Contains(f.known.Images, name) {
			f.fail(at, key, fmt.Errorf("the schema has no such image service%s", orAll(didYouMean(name, f.known.Images), f.known.Images)))
			return
		}
		s := imageurl.Settings{Name: name}
		before := len(f.problems)
		f.mapping(key, value, imageMembers(&s))
		if len(f.problems) > before {
			return
		}
		service, err := imageurl.New(s)
		f.fail(at, key, err)
		if f.config.Images == nil {
			f.config.Images = imageurl.Services{}
		}
		f.config.Images[name] = service
	})
}

// imageMembers are the keys of an image service, which change s.
func imageMembers(s *imageurl.Settings) []member {
	template := member{
		name: "template", like: `"https://images.example.com/?url={source}&w={width}&h={height}"`,
		about: "the URL of another service, which is not signed: {source}, {width}, {height}, {fit}, {format}, {quality}",
		read:  text(func(text string) error { s.Template = text; return nil }), instead: true,
	}
	sizes := func(name, about string, into *[]int) member {
		return member{name: name, like: "[160, 320, 640]", about: about, read: func(f *file, key string, value ast.Node) {
			f.list(key, value, func(texts []string) error { return parseSizes(into, texts) })
		}}
	}
	return []member{
		{
			name: "imgproxy", like: "https://images.example.com", about: "the URL of an imgproxy: either this or template",
			read: text(func(text string) error { s.Imgproxy = text; return nil }),
		},
		template,
		hexMember("key", "the key of imgproxy's signatures, in hexadecimal digits", &s.Key),
		hexMember("salt", "the salt of imgproxy's signatures, likewise", &s.Salt),
		{
			name: "base", like: "https://shop.example.com/", about: "what relative URLs of pictures are relative to; they are refused without it",
			read: text(func(text string) error { s.Base = text; return nil }),
		},
		{
			name: "hosts", like: "[shop.example.com]", about: "where pictures may be: HOST, or HOST:PORT; base's is one of them",
			read: func(f *file, key string, value ast.Node) {
				f.list(key, value, func(texts []string) error { s.Hosts = texts; return nil })
			},
		},
		sizes("widths", "those that clients may ask for, in pixels; none by default", &s.Widths),
		sizes("heights", "likewise; none by default", &s.Heights),
	}
}

// hexMember is a secret in hexadecimal digits.
func hexMember(name, about string, into *[]byte) member {
	use := func(secret string) (err error) {
		if *into, err = hex.DecodeString(secret); err != nil {
			return errors.New("the secret must be hexadecimal digits, an even number of them") // hex's error quotes one
		}
		return nil
	}
	return member{
		name: name, about: about, members: sourceMembers(new(source), "IMGPROXY_"+strings.ToUpper(name), "/run/secrets/imgproxy_"+name, use),
		read: func(f *file, key string, value ast.Node) { f.secret(key, value, use) },
	}
}

func parseSizes(into *[]int, texts []string) error {
	*into = nil
	for _, text := range texts {
		n, err := parseCount(text)
		if err != nil {
			return err
		}
		*into = append(*into, n)
	}
	return nil
}

// missingImages finds the image services that the schema names and a file says nothing of. A service without any URL is one for a first
// look, and brings its own: see HasURL. Without a file there is nowhere to say it: pictures are there as they are, then.
func (l *loader) missingImages() {
	if l.config.File == "" || !l.config.HasURL() {
		return
	}
	for _, name := range l.known.Images {
		if l.config.Images[name] == nil {
			l.problem(l.config.File+": images."+name, errors.New("is missing: the schema's @imageURL names this image service"))
		}
	}
}
