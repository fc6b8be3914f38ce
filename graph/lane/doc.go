// Package lane serves HTTP/1.1 requests of one strict form by little work, and leaves everything else to net/http, whose answers they would have
// been but for the work. It knows nothing of GraphQL.
//
// A [Server] reads a connection for as long as it carries requests of the form. The first bytes that are not of it end that for good: [Server.Serve]
// returns them unread, for net/http to begin with. So one parser decides on everything odd, and this one can decline a request but not read it in
// another way (RFC 9112 §11.2). Handlers are those of net/http: they get an *http.Request and an http.ResponseWriter.
//
// The form, in the terms of RFC 9112 and RFC 9110 (grammar.go):
//
//	request   = ( "POST" SP path / "OPTIONS" SP path / "GET" SP path [ "?" query ] ) SP "HTTP/1.1" CRLF 1*field CRLF [ body ]
//	path      = the one that the server has, to the byte
//	query     = 1*( %x21-22 / %x24-7E )
//	field     = name ":" OWS value OWS CRLF
//	name      = token, none that is there already, and none of those below
//	value     = *( %x20-7E / HTAB )
//
// Host is there once, and has letters, digits and ".-:[]" only. Content-Length is there once in a POST, has one to seven digits without a leading
// zero, and is how long the body is; other methods have none. Connection says keep-alive, if anything. Fields that say how a message is framed,
// what becomes of a connection, or what a server should make of the method are never there: Transfer-Encoding, TE, Trailer, Upgrade, Expect,
// Keep-Alive, Pragma, HTTP2-Settings, and what begins with Proxy-, Sec-WebSocket- or X-HTTP-Method. Head and body together have [MaxRequest]
// bytes at most.
//
// What differs from net/http, for a handler: its http.ResponseWriter has no Hijack, ReadFrom or SetReadDeadline; interim answers (1xx) and trailers are
// not sent; an answer of no declared length is held in memory until its handler returns; a body can be read after it was closed. There is no context
// value of http.ServerContextKey or http.LocalAddrContextKey. The header map of a request may be that of the one before on the same connection, when
// their heads are equal byte by byte: handlers must not change it. A request's context learns that the client has left only when somebody has waited
// for its end for [noticed]: to look costs a read of the connection.
package lane
