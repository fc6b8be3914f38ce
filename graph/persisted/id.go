package persisted

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// digestPrefix is how the appendix "Persisted Documents" of GraphQL over HTTP begins ids that are digests.
const digestPrefix = "sha256:"

// digestLength is that of a SHA-256 digest in hexadecimal digits.
const digestLength = 2 * sha256.Size

// Digest returns the SHA-256 digest of a text, in lower-case hexadecimal digits.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Bare returns an id without the prefix "sha256:" in front of a digest, since clients send such ids with it and without. Any
// other id is returned as it is.
func Bare(id string) string {
	if bare, found := strings.CutPrefix(id, digestPrefix); found && IsDigest(bare) {
		return bare
	}
	return id
}

// ClaimsDigest reports whether an id says of itself that it is a digest of a text: it begins with "sha256:".
func ClaimsDigest(id string) bool { return strings.HasPrefix(id, digestPrefix) }

// IsDigest reports whether an id has the form of what [Digest] returns.
func IsDigest(id string) bool {
	if len(id) != digestLength {
		return false
	}
	for i := range len(id) {
		if c := id[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
