// Package demo is the seven services that a newcomer's first query reaches: the storefront of Kettle & Tarn, a shop
// for the outdoors, the kitchen, the study and the workshop. Each is a real net/http server on a loopback port of its
// own, in the process that starts them, with an answer time to match. Beside them is an image service, pictures (pictures.go), which clients
// fetch the catalog's pictures from, smaller, by signed URLs, and an issuer of tokens (issuer.go), which says whose they are.
//
// They are different in style on purpose, as services are that different teams wrote in different years:
//
//	service          ids      batch                         pages                    caching                         peculiarities
//	catalog          p-0001   GET /products?ids=a,b         limit, offset, total     strong ETag, 304, max-age=60    {"data": …, "meta": …} around products only;
//	                          GET /brands?id=a&id=b         page, per_page (search)                                  mixed search results with "kind"; nested parents; gzip
//	pricing          p-0001   POST /prices/query            -                        no header at all                only batch; object by id; "19.90" in quotes; epoch seconds
//	inventory        p-0001   GET /stock?sku=a&sku=b        -                        no-store                        composite key /stock/{store}/{sku}; IN_STK, LOW, OUT;
//	                 and 1    GET /availability?skus=a,b                                                             numeric itemNo in /availability;
//	                          POST /incoming                                                                         00000001 in /incoming, and [] for an empty object
//	reviews          r-00001  GET /reviews?product_id=a&…   after, limit, next       max-age=30,                     many per key, "first" of each; failures have status 200
//	                          GET /ratings?product_id=a&…                            Vary: Accept-Language           and {"error": {"code", "text"}}; zstd
//	accounts         1        GET /users?id=1&id=2          -                        max-age=300; /me private        numeric ids, no limit to a batch; bearer token; indented
//	orders           o-100001 -                             Link, X-Total-Count      private, no-cache               bearer token; Idempotency-Key; integer cents; wrapped lines
//	recommendations  p-0001   none                          -                        weak ETag, stale-while-…        slow; one product per call; sometimes fewer than asked for
//
// Failures are RFC 9457 problems, but for those of reviews. Each service describes itself in OpenAPI 3.1 at
// GET /openapi.json, answers probes at GET /healthz, and can be made to fail by [Services.SetFault] or by
// POST /_fault {"mode": "down", "rate": 0.3}.
//
// A request passes the fault switch (fault.go), waits out its latency (service.go), reaches the handler that its
// service's table of routes names (catalog.go and its siblings), and is written in the style of the service (reply.go):
// as JSON, with an ETag, compressed, or as 304.
//
// The data (data*.go) is made at start-up from hand-written words (vocabulary/) by generators with a fixed seed: 500
// products of 40 brands in 12 categories, 200 customers, 1,000 orders, 5,000 reviews, 6 stores. It is the same on every
// start. What clients add, reviews, orders and carts, lives in memory, bounded, until the services close.
//
// The package never listens beyond the host that it is given, calls nobody, writes no file, and keeps no state
// between two calls of [Start]. It is made to be looked at, not to be exposed: its tokens and keys are no secret.
package demo
