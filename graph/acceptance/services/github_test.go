package services_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// gitHubFake has one repository, octocat/Hello-World, which was called Hello-Word before; and octocat/Empty, which has nothing but its name.
type gitHubFake struct {
	user, repository, comment object
	languages, contributor    object

	mu      sync.Mutex // guards what follows
	issues  []object   // the newest first
	starred bool       // by octocat
}

const (
	gitHubURL = "https://api.github.com"
	gitHubDoc = "https://docs.github.com/rest"
)

func newGitHub(t testing.TB) http.Handler {
	issue := published(t, "github/issue")
	other := func(number int, title, state string, more ...any) object {
		o := with(issue, "number", number, "title", title, "state", state, "labels", []any{}, "assignees", []any{}, "comments", 0)
		for _, name := range []string{"url", "labels_url", "comments_url", "html_url"} {
			o[name] = strings.Replace(fmt.Sprint(o[name]), "1347", strconv.Itoa(number), 1)
		}
		return with(o, more...)
	}
	g := &gitHubFake{
		user: published(t, "github/user"), repository: published(t, "github/repository"), languages: published(t, "github/languages"),
		comment: published(t, "github/comments")[""].([]any)[0].(object), contributor: published(t, "github/contributors")[""].([]any)[0].(object),
		issues: []object{
			other(1348, "Amazing new feature", "open", "pull_request", object{"url": gitHubURL + "/repos/octocat/Hello-World/pulls/1348"}),
			issue,
			other(1346, "Found another", "closed"),
		},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/{login}", g.getUser)
	mux.HandleFunc("GET /repos/{owner}/{repo}", g.getRepository)
	mux.HandleFunc("GET /repositories/1296269", g.getRepository)
	mux.HandleFunc("GET /repos/{owner}/{repo}/languages", g.of(func(w http.ResponseWriter, _ *http.Request) { gitHubSend(w, 200, g.languages) }))
	mux.HandleFunc("GET /repos/{owner}/{repo}/contributors", g.of(func(w http.ResponseWriter, _ *http.Request) { gitHubSend(w, 200, []any{g.contributor}) }))
	mux.HandleFunc("GET /repos/octocat/Empty", func(w http.ResponseWriter, _ *http.Request) { gitHubSend(w, 200, with(g.repository, "name", "Empty")) })
	mux.HandleFunc("GET /repos/octocat/Empty/contributors", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /repos/{owner}/{repo}/issues", g.of(g.listIssues))
	mux.HandleFunc("GET /repositories/1296269/issues", g.listIssues)
	mux.HandleFunc("POST /repos/{owner}/{repo}/issues", g.of(g.loggedIn(g.createIssue)))
	mux.HandleFunc("GET /repos/{owner}/{repo}/issues/{number}", g.of(g.one(func(w http.ResponseWriter, _ *http.Request, issue object) { gitHubSend(w, 200, issue) })))
	mux.HandleFunc("GET /repos/{owner}/{repo}/issues/{number}/comments", g.of(g.one(g.listComments)))
	mux.HandleFunc("DELETE /repos/{owner}/{repo}/issues/{number}/assignees", g.of(g.loggedIn(g.one(g.removeAssignees))))
	mux.HandleFunc("GET /repos/{owner}/{repo}/stargazers", g.of(g.listStargazers))
	mux.HandleFunc("/user/starred/{owner}/{repo}", g.loggedIn(g.of(g.star)))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		gitHubFailure(w, http.StatusNotFound, "Not Found", gitHubDoc)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		w.Header().Set("X-RateLimit-Limit", "60")
		w.Header().Set("X-RateLimit-Remaining", "59")
		if version := r.Header.Get("X-GitHub-Api-Version"); version != "" && version != "2022-11-28" {
			gitHubFailure(w, http.StatusBadRequest, "\""+version+"\" is not a valid date", gitHubDoc)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func gitHubSend(w http.ResponseWriter, status int, v any) {
	send(w, "application/json; charset=utf-8", status, v)
}

func gitHubFailure(w http.ResponseWriter, status int, message, doc string, errs ...any) {
	body := object{"message": message, "documentation_url": doc}
	if len(errs) > 0 {
		body["errors"] = errs
	}
	gitHubSend(w, status, body)
}

// of answers for the repository: under its name, in any case, and under its old one by a redirect.
func (g *gitHubFake) of(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := strings.ToLower(r.PathValue("owner") + "/" + r.PathValue("repo"))
		switch name {
		case "octocat/hello-world":
			next(w, r)
		case "octocat/hello-word":
			to := gitHubURL + "/repositories/1296269" + strings.TrimPrefix(strings.ToLower(r.URL.Path), "/repos/"+name)
			w.Header().Set("Location", to)
			gitHubSend(w, http.StatusMovedPermanently, object{
				"message": "Moved Permanently", "url": to, "documentation_url": gitHubDoc + "/guides/best-practices-for-using-the-rest-api#follow-redirects",
			})
		default:
			gitHubFailure(w, http.StatusNotFound, "Not Found", gitHubDoc)
		}
	}
}

func (g *gitHubFake) loggedIn(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer ghp_test" {
			gitHubFailure(w, http.StatusUnauthorized, "Requires authentication", gitHubDoc)
			return
		}
		next(w, r)
	}
}

// one finds the issue.
func (g *gitHubFake) one(next func(w http.ResponseWriter, r *http.Request, issue object)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, issue := range g.issues {
			if fmt.Sprint(issue["number"]) == r.PathValue("number") {
				next(w, r, issue)
				return
			}
		}
		gitHubFailure(w, http.StatusNotFound, "Not Found", gitHubDoc+"/issues/issues#get-an-issue")
	}
}

func (g *gitHubFake) getUser(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.PathValue("login"), "octocat") {
		gitHubFailure(w, http.StatusNotFound, "Not Found", gitHubDoc+"/users/users#get-a-user")
		return
	}
	gitHubSend(w, http.StatusOK, g.user)
}

func (g *gitHubFake) getRepository(w http.ResponseWriter, r *http.Request) {
	answer := func(w http.ResponseWriter, _ *http.Request) { gitHubSend(w, http.StatusOK, g.repository) }
	if r.PathValue("repo") == "" {
		answer(w, r)
		return
	}
	g.of(answer)(w, r)
}

func (g *gitHubFake) listIssues(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	state := cmp.Or(q.Get("state"), "open")
	found := []object{}
	for _, issue := range g.issues {
		if state != "all" && issue["state"] != state {
			continue
		}
		if slices.ContainsFunc(strings.FieldsFunc(q.Get("labels"), func(c rune) bool { return c == ',' }), func(label string) bool {
			return !slices.ContainsFunc(issue["labels"].([]any), func(l any) bool { return at(l, "name") == label })
		}) {
			continue
		}
		found = append(found, issue)
	}
	page, _ := strconv.Atoi(cmp.Or(q.Get("page"), "1"))
	size, _ := strconv.Atoi(cmp.Or(q.Get("per_page"), "30"))
	size = min(max(size, 1), 100)
	if last := (len(found) + size - 1) / size; page < last {
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next", <%s>; rel="last"`, gitHubPage(q, page+1), gitHubPage(q, last)))
	}
	gitHubSend(w, http.StatusOK, found[min((page-1)*size, len(found)):min(page*size, len(found))])
}

func gitHubPage(q url.Values, page int) string {
	q = url.Values(http.Header(q).Clone())
	q.Set("page", strconv.Itoa(page))
	return gitHubURL + "/repositories/1296269/issues?" + q.Encode()
}

func (g *gitHubFake) createIssue(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Title, Body       string
		Labels, Assignees []string
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		gitHubFailure(w, http.StatusBadRequest, "Problems parsing JSON", gitHubDoc+"/issues/issues#create-an-issue")
		return
	}
	if in.Title == "" {
		gitHubFailure(w, http.StatusUnprocessableEntity, "Validation Failed", gitHubDoc+"/issues/issues#create-an-issue",
			object{"resource": "Issue", "field": "title", "code": "missing_field"})
		return
	}
	issue := with(g.issues[1], "number", 1349, "title", in.Title, "body", in.Body, "comments", 0)
	g.issues = append([]object{issue}, g.issues...)
	w.Header().Set("Location", gitHubURL+"/repos/octocat/Hello-World/issues/1349")
	gitHubSend(w, http.StatusCreated, issue)
}

func (g *gitHubFake) listComments(w http.ResponseWriter, _ *http.Request, issue object) {
	list := []object{}
	if fmt.Sprint(issue["number"]) == "1347" {
		list = append(list, g.comment)
	}
	gitHubSend(w, http.StatusOK, list)
}

func (g *gitHubFake) removeAssignees(w http.ResponseWriter, r *http.Request, issue object) {
	var in struct{ Assignees []string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		gitHubFailure(w, http.StatusBadRequest, "Problems parsing JSON", gitHubDoc+"/issues/assignees#remove-assignees-from-an-issue")
		return
	}
	issue["assignees"] = slices.DeleteFunc(slices.Clone(issue["assignees"].([]any)), func(a any) bool {
		login, _ := at(a, "login").(string)
		return slices.Contains(in.Assignees, login)
	})
	gitHubSend(w, http.StatusOK, issue)
}

func (g *gitHubFake) listStargazers(w http.ResponseWriter, r *http.Request) {
	list := []object{}
	if user, _ := g.issues[0]["user"].(object); g.starred {
		if strings.Contains(r.Header.Get("Accept"), "application/vnd.github.star+json") {
			user = object{"starred_at": "2011-01-16T19:06:43Z", "user": user}
		}
		list = append(list, user)
	}
	gitHubSend(w, http.StatusOK, list)
}

func (g *gitHubFake) star(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		if !g.starred {
			gitHubFailure(w, http.StatusNotFound, "Not Found", gitHubDoc)
			return
		}
	case http.MethodPut:
		g.starred = true
	case http.MethodDelete:
		g.starred = false
	}
	w.WriteHeader(http.StatusNoContent)
}
