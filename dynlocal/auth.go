package dynlocal

import (
	"net/http"
	"net/url"
	"strings"
)

// authenticate finds the credentials that a request is signed with, in its header or its query, and the set of tables
// that they stand for. The signature is not verified: there is no secret to verify it with.
func authenticate(r *http.Request) (spaceID, error) {
	auth := strings.TrimSpace(r.Header.Get("Authorization"))
	query := r.URL.Query()
	switch signedQuery := query.Has("X-Amz-Algorithm"); {
	case signedQuery && auth != "":
		return spaceID{}, apiError("InvalidSignatureException",
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")
	case signedQuery:
		return fromQuery(query)
	case strings.HasPrefix(auth, "AWS4-"):
		return fromHeader(auth, r.Header)
	}
	return spaceID{}, apiError("MissingAuthenticationTokenException", "Request is missing Authentication Token")
}

func fromHeader(auth string, header http.Header) (spaceID, error) {
	params := authParams(auth)
	var missing strings.Builder
	for _, name := range [...]string{"Credential", "Signature", "SignedHeaders"} {
		if params[name] == "" {
			missing.WriteString("Authorization header requires '" + name + "' parameter. ")
		}
	}
	if header.Get("X-Amz-Date") == "" && header.Get("Date") == "" {
		missing.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	if missing.Len() > 0 {
		return spaceID{}, apiError("IncompleteSignatureException", missing.String()+"Authorization="+auth)
	}
	return fromCredential(params["Credential"])
}

// authParams gives the key=value pairs after the algorithm's name.
func authParams(auth string) map[string]string {
	_, rest, _ := strings.Cut(auth, " ")
	params := map[string]string{}
	for part := range strings.FieldsFuncSeq(rest, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, value, _ := strings.Cut(part, "=")
		params[name] = value
	}
	return params
}

func fromQuery(query url.Values) (spaceID, error) {
	var missing strings.Builder
	for _, name := range [...]string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"} {
		if query.Get(name) == "" {
			missing.WriteString("AWS query-string parameters must include '" + name + "'. ")
		}
	}
	if missing.Len() > 0 {
		return spaceID{}, apiError("IncompleteSignatureException", missing.String()+"Re-examine the query-string parameters.")
	}
	return fromCredential(query.Get("X-Amz-Credential"))
}

// fromCredential reads keyid/date/region/service/term.
func fromCredential(credential string) (spaceID, error) {
	parts := strings.Split(strings.TrimRight(credential, "/"), "/")
	if len(parts) != 5 {
		return spaceID{}, apiError("IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements, "+
			"e.g. keyid/date/region/service/term, got '"+credential+"'")
	}
	return spaceID{account: parts[0], region: parts[2]}, nil
}
