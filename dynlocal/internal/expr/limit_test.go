package expr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// many joins n texts that the verb %d makes different.
func many(n int, format, sep string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = strings.ReplaceAll(format, "%d", fmt.Sprint(i))
	}
	return strings.Join(parts, sep)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	condition := func(src string, env *Env) error {
		_, err := ParseCondition(FilterExpression, src, env)
		return err
	}
	keyCondition := func(src string, env *Env) error {
		_, err := ParseKeyCondition(src, env)
		return err
	}
	update := func(src string, env *Env) error {
		_, err := ParseUpdate(src, env)
		return err
	}
	projection := func(src string, env *Env) error {
		_, err := ParseProjection(src, env)
		return err
	}
	const (
		operators = "The expression contains too many operators; operator count: 301"
		nesting   = "The document path has too many nesting levels; nesting levels: 33"
		index     = "List index is not within the allowable range; index: [2147483648]"
		size      = "Expression size has exceeded the maximum allowed size; expression size: 4097"
	)
	tests := []struct {
		name  string
		parse func(string, *Env) error
		src   string
		want  string
	}{
		{"4096 bytes", condition, "a = b" + strings.Repeat(" ", 4091), ""},
		{"4097 bytes", condition, "a = b" + strings.Repeat(" ", 4092), "Invalid FilterExpression: " + size},
		{"4097 bytes in 4096 characters", condition, "é = b" + strings.Repeat(" ", 4091), "Invalid FilterExpression: " + size},
		{"4097 bytes", keyCondition, "a = :v" + strings.Repeat(" ", 4091), "Invalid KeyConditionExpression: " + size},
		{"4097 bytes", update, "SET a = :v" + strings.Repeat(" ", 4087), "Invalid UpdateExpression: " + size},
		{"4097 bytes", projection, "a" + strings.Repeat(" ", 4096), "Invalid ProjectionExpression: " + size},

		{"300 operators", condition, "NOT " + many(150, "a = b", " OR "), ""},
		{"301 operators", condition, many(151, "a = b", " AND "), "Invalid FilterExpression: " + operators},
		{"300 calls and OR", condition, "NOT " + many(150, "attribute_exists(a)", " OR "), ""},
		{"301 calls and OR", condition, many(151, "attribute_exists(a)", " OR "), "Invalid FilterExpression: " + operators},
		{"301 with NOT and IN", condition, many(100, "NOT a = b", " OR ") + " OR x IN (:v)", "Invalid FilterExpression: " + operators},
		{"300 with size", condition, many(100, "size(a) = b", " OR "), ""},
		{"301 with size", condition, many(101, "size(a) = b", " OR "), "Invalid FilterExpression: " + operators},
		{"too many after a wrong operand", condition, many(150, "a = b", " OR ") + " OR a = :u", "Invalid FilterExpression: An expression attribute value used in expression is not defined; attribute value: :u"},
		{"300 sums", update, "SET " + many(300, "a%d=b+c", ","), ""},
		{"301 sums", update, "SET " + many(301, "a%d=b+c", ","), "Invalid UpdateExpression: " + operators},
		{"310 clauses", update, "SET " + many(310, "a%d=b", ","), ""},
		{"500 removals", update, "REMOVE " + many(500, "a%d", ","), ""},
		{"700 paths", projection, many(700, "a%d", ","), ""},

		{"IN of 100", condition, "a IN (" + many(100, "b", ",") + ")", ""},
		{"IN of 101", condition, "a IN (" + many(101, "b", ",") + ")", "Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101"},

		{"32 levels", condition, many(32, "a", ".") + " = :v", ""},
		{"33 levels", condition, many(33, "a", ".") + " = :v", "Invalid FilterExpression: " + nesting},
		{"33 levels with indexes", condition, "a" + many(32, "[0]", "") + " = :v", "Invalid FilterExpression: " + nesting},
		{"33 levels", update, "REMOVE " + many(33, "a", "."), "Invalid UpdateExpression: " + nesting},
		{"33 levels", projection, many(33, "a", "."), "Invalid ProjectionExpression: " + nesting},

		{"greatest index", condition, "a[2147483647] = :v", ""},
		{"index too great", condition, "a[2147483648] = :v", "Invalid FilterExpression: " + index},
		{"index too great", update, "REMOVE a[2147483648]", "Invalid UpdateExpression: " + index},
		{"index too great", projection, "a[2147483648]", "Invalid ProjectionExpression: " + index},

		{"2000 parentheses", condition, strings.Repeat("(", 2000) + "a = b" + strings.Repeat(")", 2000), "Invalid FilterExpression: The expression has redundant parentheses;"},
		{"4000 parentheses", condition, strings.Repeat("(", 4000), `Invalid FilterExpression: Syntax error; token: "<EOF>", near: "("`},
		{"1000 NOT", condition, strings.Repeat("NOT ", 1000) + "a = b", "Invalid FilterExpression: " + operators},
		{"1000 nested calls", condition, strings.Repeat("size(", 500) + "a" + strings.Repeat(")", 500) + " = b", "Invalid FilterExpression: Incorrect operand type for operator or function; operator or function: size, operand type: N"},
	}
	for _, tt := range tests {
		env, err := NewEnv(nil, map[string]value.Value{":v": text("")})
		if err != nil {
			t.Fatal(err)
		}
		if err := tt.parse(tt.src, env); errText(err) != tt.want {
			t.Errorf("%s: %.30s…: %v, want %q", tt.name, tt.src, err, tt.want)
		}
	}
}
