package view

// GeneratedCode7_IfUndefinedRunGoGenerate is named by every file that the compiler of schemas (graph/bindgen) writes. A file that
// another version wrote names another constant, so that the compiler says "undefined: view.GeneratedCode…_IfUndefinedRunGoGenerate"
// before anything else: what `go generate ./...` writes then goes with the version that go.mod has.
//
// Raise its number, here and in bindgen's render.go, whenever code that was generated before would not compile with this
// runtime any more, or would mean something else. It stands in this package because package model imports no other.
const GeneratedCode7_IfUndefinedRunGoGenerate = true
