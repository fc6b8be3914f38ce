package imageurl_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"weft/graph/imageurl"
	"weft/graph/view"
)

var (
	key  = []byte("0123456789abcdef-key")
	salt = []byte("0123456789abcdef-salt")
)

// signed is an imgproxy's.
func signed() imageurl.Settings {
	return imageurl.Settings{
		Name: "pictures", Imgproxy: "https://img.example.com/prefix/", Key: key, Salt: salt,
		Base: "https://shop.example.com/media/", Hosts: []string{"shop.example.com", "CDN.example.com:8443"},
		Widths: []int{640, 320}, Heights: []int{240},
	}
}

// plain is that of a service that takes names in its query.
func plain() imageurl.Settings {
	s := signed()
	s.Imgproxy, s.Key, s.Salt = "", nil, nil
	s.Template = "https://img.example.com/resize?url={source}&w={width}&h={height}&mode={fit}&to={format}&q={quality}&v=2"
	return s
}

func open(t testing.TB, s imageurl.Settings) *imageurl.Service {
	t.Helper()
	made, err := imageurl.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// decoded verifies the URL of an imgproxy by itself, and returns its options, the picture's URL and the extension.
func decoded(t testing.TB, text string) (options []string, source, extension string) {
	t.Helper()
	rest, ok := strings.CutPrefix(text, "https://img.example.com/prefix/")
	signature, path, _ := strings.Cut(rest, "/")
	mac := hmac.New(sha256.New, key)
	mac.Write(append(salt[:len(salt):len(salt)], "/"+path...))
	if want := base64.RawURLEncoding.EncodeToString(mac.Sum(nil)); !ok || signature != want {
		t.Fatalf("%s: its signature is not %s", text, want)
	}
	parts := strings.Split(path, "/")
	last, extension, _ := strings.Cut(parts[len(parts)-1], ".")
	raw, err := base64.RawURLEncoding.DecodeString(last)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return parts[:len(parts)-1], string(raw), extension
}

func TestImgproxy(t *testing.T) {
	service := open(t, signed())
	for name, tt := range map[string]struct {
		args map[string]any
		want string // options and extension
	}{
		"Width":      {map[string]any{"width": int64(320)}, "[rs:fit:320:0] "},
		"Height":     {map[string]any{"height": json.Number("240")}, "[rs:fit:0:240] "},
		"Everything": {map[string]any{"width": 640, "height": 240, "fit": "COVER", "format": "JPEG", "quality": 80}, "[rs:fill:640:240 q:80] jpg"},
		"Format":     {map[string]any{"format": "WEBP", "width": nil}, "[] webp"},
		"Quality":    {map[string]any{"quality": 1.0, "fit": "COVER"}, "[q:1] "},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := service.Wanted(tt.args)
			if err != nil {
				t.Fatal(err)
			}
			text, err := service.URL("p-0001.jpg?v=1&x=@/..", w)
			if err != nil {
				t.Fatal(err)
			}
			options, source, extension := decoded(t, text)
			if got := fmt.Sprint(options, " ", extension); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if source != "https://shop.example.com/media/p-0001.jpg?v=1&x=@/.." {
				t.Errorf("the picture is %s", source)
			}
		})
	}
}

// TestPublishedExample: imgproxy's documentation signs this path with this key and salt, which are too short for us.
func TestPublishedExample(t *testing.T) {
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte("hello/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png"))
	if got := base64.RawURLEncoding.EncodeToString(mac.Sum(nil)); got != "oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8" {
		t.Errorf("got %s", got)
	}
}

func TestTemplate(t *testing.T) {
	for name, tt := range map[string]struct{ template, want string }{
		"LeavesOut": {"", "https://img.example.com/resize?url=https%3A%2F%2Fshop.example.com%2Fa%2520b.png%3Fx%3D1%262&w=320&to=webp&v=2"},
		"InPath":    {"https://img.example.com/{width}/{source}", "https://img.example.com/320/https%3A%2F%2Fshop.example.com%2Fa%2520b.png%3Fx%3D1%262"},
		"OnlyQuery": {"http://localhost:8000?h={height}&{format}={source}", "http://localhost:8000?webp=https%3A%2F%2Fshop.example.com%2Fa%2520b.png%3Fx%3D1%262"},
	} {
		t.Run(name, func(t *testing.T) {
			s := plain()
			if tt.template != "" {
				s.Template = tt.template
			}
			got, err := open(t, s).URL("/a%20b.png?x=1&2", imageurl.Wanted{Width: 320, Format: "WEBP"})
			if err != nil || got != tt.want {
				t.Errorf("got %s, %v\nwant %s", got, err, tt.want)
			}
		})
	}
}

func TestWantedRefuses(t *testing.T) {
	bare := signed()
	bare.Name, bare.Heights = "bare", nil
	for name, tt := range map[string]struct {
		settings imageurl.Settings
		args     map[string]any
		want     string
	}{
		"Width":        {signed(), map[string]any{"width": 321}, "input: width: 321 is not allowed: images.pictures.widths has 320, 640"},
		"Zero":         {signed(), map[string]any{"width": 0}, "input: width: 0 is not allowed: images.pictures.widths has 320, 640"},
		"HeightOfNone": {bare, map[string]any{"height": 240}, "input: height: 240 is not allowed: images.bare.heights has none"},
		"Quality":      {signed(), map[string]any{"quality": 101}, "input: quality: 101 is none: it goes from 1 to 100"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := open(t, tt.settings).Wanted(tt.args); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestSources(t *testing.T) {
	alone := signed()
	alone.Base = ""
	for name, tt := range map[string]struct {
		settings             imageurl.Settings
		source, want, refuse string
	}{
		"Relative":       {signed(), "a.png", "https://shop.example.com/media/a.png", ""},
		"FromRoot":       {signed(), "/a.png", "https://shop.example.com/a.png", ""},
		"Dots":           {signed(), "../../../a.png", "https://shop.example.com/a.png", ""},
		"Port":           {signed(), "https://cdn.EXAMPLE.com:8443/a", "https://cdn.EXAMPLE.com:8443/a", ""},
		"Fragment":       {signed(), "/a#b", "https://shop.example.com/a", ""},
		"Backslash":      {signed(), `\\evil.example\a`, "https://shop.example.com/media/%5C%5Cevil.example%5Ca", ""},
		"OtherPort":      {signed(), "https://shop.example.com:81/a", "", `images.pictures.hosts does not have the picture's host, "shop.example.com:81"`},
		"OtherHost":      {signed(), "https://evil.example/shop.example.com", "", `images.pictures.hosts does not have the picture's host, "evil.example"`},
		"SubdomainOfOne": {signed(), "https://shop.example.com.evil.example/", "", `images.pictures.hosts does not have the picture's host, "shop.example.com.evil.example"`},
		"NoScheme":       {signed(), "//evil.example/a", "", `images.pictures.hosts does not have the picture's host, "evil.example"`},
		"User":           {signed(), "https://shop.example.com@evil.example/", "", "the picture's URL must be http or https, and without a user"},
		"Data":           {signed(), "data:image/png;base64,AA", "", "the picture's URL must be http or https, and without a user"},
		"File":           {signed(), "file:///etc/passwd", "", "the picture's URL must be http or https, and without a user"},
		"Opaque":         {signed(), "https:shop.example.com/a", "", "the picture's URL must be http or https, and without a user"},
		"None":           {signed(), "https://[::1", "", `the picture's URL "https://[::1" is none`},
		"Long":           {signed(), strings.Repeat("a", 4097), "", "the picture's URL has 4097 bytes, and may have 4096"},
		"WithoutBase":    {alone, "a.png", "", "the picture's URL is relative, and there is no images.pictures.base"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := open(t, tt.settings).URL(tt.source, imageurl.Wanted{Width: 320})
			if err != nil || tt.refuse != "" {
				if fmt.Sprint(err) != tt.refuse {
					t.Errorf("got %v, want %s", err, tt.refuse)
				}
				return
			}
			if _, source, _ := decoded(t, text); source != tt.want {
				t.Errorf("the picture is %s, want %s", source, tt.want)
			}
		})
	}
}

// TestValue: only a text that something is wanted of becomes another one.
func TestValue(t *testing.T) {
	service := open(t, signed())
	for name, tt := range map[string]struct {
		json string
		w    imageurl.Wanted
		made bool
	}{
		"Original": {`"/a.png"`, imageurl.Wanted{}, false},
		"Evil":     {`"https://evil.example/"`, imageurl.Wanted{}, false},
		"Null":     {`null`, imageurl.Wanted{Width: 320}, false},
		"Empty":    {`""`, imageurl.Wanted{Width: 320}, false},
		"Number":   {`7`, imageurl.Wanted{Width: 320}, false},
		"Made":     {`"\/a.png"`, imageurl.Wanted{Width: 320}, true},
	} {
		t.Run(name, func(t *testing.T) {
			v, _ := view.Find([]byte(tt.json), "")
			got, err := service.Value(v, tt.w)
			if err != nil || (got.Literal() != tt.json) != tt.made {
				t.Errorf("got %s, %v", got.Raw(), err)
			}
			if tt.made {
				if _, source, _ := decoded(t, got.Text()); source != "https://shop.example.com/a.png" {
					t.Errorf("the picture is %s", source)
				}
			}
		})
	}
	v, _ := view.Find([]byte(`"https://evil.example/"`), "")
	if _, err := service.Value(v, imageurl.Wanted{Quality: 9}); err == nil {
		t.Error("another host is allowed")
	}
}

func TestNewRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*imageurl.Settings)
		want   string
	}{
		"Neither":      {func(s *imageurl.Settings) { s.Imgproxy = "" }, "must have either imgproxy, the URL of one, or template, that of another image service"},
		"Both":         {func(s *imageurl.Settings) { s.Template = "https://a.example/{source}" }, "must have either imgproxy, the URL of one, or template, that of another image service"},
		"NoURL":        {func(s *imageurl.Settings) { s.Imgproxy = "img.example.com" }, "imgproxy: must be a URL such as https://pictures.example.com/, without user, query and fragment"},
		"NoKey":        {func(s *imageurl.Settings) { s.Key = nil }, "key: is missing: imgproxy verifies signatures with it"},
		"ShortSalt":    {func(s *imageurl.Settings) { s.Salt = []byte("secret") }, "salt: must have at least 16 bytes, which are 32 hexadecimal digits"},
		"NoHosts":      {func(s *imageurl.Settings) { s.Hosts, s.Base = nil, "" }, "hosts: names none: say which hosts pictures may be fetched from"},
		"Host":         {func(s *imageurl.Settings) { s.Hosts = append(s.Hosts, "https://a.example") }, `hosts: "https://a.example" is no host: write one as cdn.example.com, or with its port as cdn.example.com:8443`},
		"HostOfBase":   {func(s *imageurl.Settings) { s.Base = "https://a.example/" }, "base: its host a.example is not among hosts"},
		"Base":         {func(s *imageurl.Settings) { s.Base = "/media" }, "base: must be a URL such as https://pictures.example.com/, without user, query and fragment"},
		"Size":         {func(s *imageurl.Settings) { s.Widths = []int{320, 0} }, "widths: must be of 1 to 16384, one is 0"},
		"KeyOfPlain":   {func(s *imageurl.Settings) { *s = plain(); s.Key = key }, "key and salt are for imgproxy: a template is not signed"},
		"HostIsAName":  {func(s *imageurl.Settings) { *s = plain(); s.Template = "https://{source}/" }, `template: must be a URL such as "https://images.example.com/resize?url={source}&w={width}", whose scheme and host are fixed, without a fragment`},
		"OpenHost":     {func(s *imageurl.Settings) { *s = plain(); s.Template = "https://a.example{source}" }, `template: must be a URL such as "https://images.example.com/resize?url={source}&w={width}", whose scheme and host are fixed, without a fragment`},
		"UnknownName":  {func(s *imageurl.Settings) { *s = plain(); s.Template = "https://a.example/{sauce}" }, "template: {sauce} is none of {source}, {width}, {height}, {fit}, {format}, {quality}"},
		"OpenBrace":    {func(s *imageurl.Settings) { *s = plain(); s.Template = "https://a.example/{source" }, "template: {source is none of {source}, {width}, {height}, {fit}, {format}, {quality}"},
		"NoSource":     {func(s *imageurl.Settings) { *s = plain(); s.Template = "https://a.example/?w={width}" }, "template: must have {source}, the picture's own URL, in one place"},
		"SourcesTwice": {func(s *imageurl.Settings) { *s = plain(); s.Template = "https://a.example/{source}?u={source}" }, "template: must have {source}, the picture's own URL, in one place"},
	} {
		t.Run(name, func(t *testing.T) {
			s := signed()
			tt.change(&s)
			if _, err := imageurl.New(s); err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// TestNotConfigured: without a configuration there are pictures as they are.
func TestNotConfigured(t *testing.T) {
	services := imageurl.Services{"pictures": open(t, signed())}.With([]string{"avatars", "pictures"})
	for name, want := range map[string]string{
		"pictures": "<nil>", "avatars": "input: images.avatars is not configured: the picture is there as it is, without arguments, and in no other way",
	} {
		if _, err := services[name].Wanted(map[string]any{"width": 320}); fmt.Sprint(err) != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
		w, err := services[name].Wanted(map[string]any{"width": nil, "fit": nil})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		v, _ := view.Find([]byte(`"/a.png"`), "")
		if got, err := services[name].Value(v, w); err != nil || got.Text() != "/a.png" {
			t.Errorf("%s: got %s, %v", name, got.Raw(), err)
		}
	}
}

// TestSecrets: nothing that prints a service, or its fingerprint, has the key.
func TestSecrets(t *testing.T) {
	service := open(t, signed())
	fingerprint := imageurl.Services{"pictures": service}.Fingerprint()
	printed := fmt.Sprintf("%v %+v %#v %s %s", service, struct{ S *imageurl.Service }{service}, service, service, fingerprint)
	for _, secret := range [][]byte{key, salt} {
		for _, form := range []string{string(secret), fmt.Sprintf("%x", secret), fmt.Sprint(secret), base64.RawURLEncoding.EncodeToString(secret)} {
			if strings.Contains(printed, form) {
				t.Errorf("%s has %s", printed, form)
			}
		}
	}
	salted, wide := signed(), signed()
	salted.Salt = append(salt[:len(salt):len(salt)], '!')
	wide.Widths = []int{1}
	for _, s := range []imageurl.Settings{salted, wide, plain()} {
		if (imageurl.Services{"pictures": open(t, s)}).Fingerprint() == fingerprint {
			t.Errorf("the fingerprint of %+v is that of another", s)
		}
	}
}

// FuzzURL: whatever a service gives as a picture's URL, what is made of it has that in its one place, and is on an allowed host.
func FuzzURL(f *testing.F) {
	for _, source := range []string{
		"/a.png", "https://cdn.example.com:8443/a b?c=d&e=@f%2f#g", "//shop.example.com/../x", `\\evil.example`, "https://shop.example.com@evil.example/",
		"HTTPS://SHOP.example.com", "?x", "a%zz", "/%2e%2e/ü\u202e", "https://shop.example.com/;/:@&=+$,", "data:,x", "",
	} {
		f.Add(source, 320, "COVER")
	}
	services := []*imageurl.Service{open(f, signed()), open(f, plain())}
	f.Fuzz(func(t *testing.T, source string, width int, fit string) {
		w, err := services[0].Wanted(map[string]any{"width": width, "fit": fit})
		if err != nil {
			w = imageurl.Wanted{Quality: 50}
		}
		first, err := services[0].URL(source, w)
		second, failed := services[1].URL(source, w)
		if (err == nil) != (failed == nil) {
			t.Fatalf("one says %v, the other %v", err, failed)
		}
		if err != nil {
			return
		}
		options, own, _ := decoded(t, first)
		if len(options) > 1 {
			t.Errorf("%s has options %q", first, options)
		}
		u, err := url.Parse(second)
		if err != nil || u.Host != "img.example.com" || u.Path != "/resize" || u.Query().Get("url") != own || u.Query().Get("v") != "2" {
			t.Errorf("%s, %v does not have %s in its place", second, err, own)
		}
		from, err := url.Parse(own)
		if err != nil || !strings.EqualFold(from.Host, "shop.example.com") && !strings.EqualFold(from.Host, "cdn.example.com:8443") || from.User != nil {
			t.Errorf("the picture is at %s, %v", own, err)
		}
	})
}
