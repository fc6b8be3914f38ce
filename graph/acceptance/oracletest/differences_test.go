package oracletest_test

import "regexp"

// difference is where an executor, or both, answers something else than graphql-js, and why.
type difference struct {
	names  *regexp.Regexp // of the questions, what differs, and whether that is so with one executor only
	count  int            // how many there are
	reason string
}

// differences are all that there are. One that is not in the list fails, and one that has gone fails, too.
var differences = []difference{
	{regexp.MustCompile(`^(default)?(ID|id|ids) variable (9007199254740993|922337203685477580[78]|10{21}): data`), 12, "an ID has the digits that were written: graphql-js has 64-bit floats"},
	{regexp.MustCompile(` variable -?1e400: data`), 6, "a custom scalar sees what was written: graphql-js has infinity, which JSON has not"},
	{regexp.MustCompile(` literal -?1e400: refused`), 12, "infinity is no number that a service could be sent"},
	{regexp.MustCompile(` variable "(\\ude00)?\\ud83d": (refused|data|errors)`), 88, "half of a character is no text in UTF-8, so that the body of the request is none"},
	{regexp.MustCompile(`^condition .*: refused`), 8, "an operation is refused before anything is sent; graphql-js finds a condition without a value when it comes to it"},
	{regexp.MustCompile(`^introspection: ("Filled": inputFields|full: data)`), 2, "a default is shown as it was written; of built-in scalars gqlparser says the same in other words"},
	{regexp.MustCompile(`^introspection: full: errors`), 1, "graphql-js cannot print the default of a custom scalar that is an object"},
	{regexp.MustCompile(`^introspection: "(Float|ID|String)": kind`), 3, "gqlparser has its own words for what a built-in scalar is"},
	{regexp.MustCompile(`^introspection: "__(Directive|Schema)": fields`), 4, "gqlparser's schema of schemas has no deprecated directives, which are a proposal, and its fields have another order"},
	{regexp.MustCompile(` literal \{n:1,n:2\}| literal \{a:\{b:1\},a:2\}`), 56, "an object that may not be there at all is not looked into"},
	{regexp.MustCompile(` literal (0x1|1a|"\\u\{.*): errors|^Syntax .*(1_|0b1|1\.0a|u12|\\x|\\r).*: errors`), 150, "gqlparser finds what is wrong a few characters further on"},
	{regexp.MustCompile(` literal "(\\ude00)?\\ud83d": refused`), 70, "half of a character is found by validation"},
	{regexp.MustCompile(`: null\}.*: errors| literal \[?\{(n|must|id|flag):null\}: errors`), 22, "gqlparser points at the null, graphql-js at the object that has it"},
	{regexp.MustCompile(` literal \[\{.*: errors`), 20, "of a list's elements the first that does not fit is told, by graphql-js each"},
	{regexp.MustCompile(`^(Arguments|Directives) .*: errors`), 22, "gqlparser points at the field, graphql-js at the argument"},
	{regexp.MustCompile(`^Fields .*\{a\}.*: errors`), 4, "gqlparser points at the field, graphql-js at what is selected of it"},
	{regexp.MustCompile(`^Operations .*: errors|^Syntax .*query A \{int\} query A \{int\}": errors`), 10, "gqlparser says less of documents with unused or doubled fragments, and points elsewhere"},
	{regexp.MustCompile(`^Syntax .*(type A|extend|schema|subscription|" "|""|"#").*: refused`), 15, "the step is another one: definitions of types are no syntax of operations, and what is empty is a document without an operation"},
	{regexp.MustCompile(`^Syntax .*\\a.*: refused`), 1, "control characters are text since GraphQL's edition of September 2025"},
	{regexp.MustCompile(`^Syntax .*(description|😀).*: errors`), 2, "columns are counted in characters, and graphql-js counts UTF-16 code units; it knows no descriptions of operations"},
}
