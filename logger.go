package dyn

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// WithLogger logs every request: at level Debug, or Warn when it failed. What
// is logged is the operation, entity, index and table, how long it took and
// what it consumed, and of an error its code. No value of an item, key or
// condition is logged, nor the text of an error, which may quote them.
func WithLogger(l *slog.Logger) ServiceOption {
	return WithMiddleware(func(ctx context.Context, op *OpInfo, next func(context.Context) error) error {
		start := time.Now()
		err := next(ctx)
		level := slog.LevelDebug
		if err != nil {
			level = slog.LevelWarn
		}
		if l.Enabled(ctx, level) {
			l.LogAttrs(ctx, level, "dynamodb", op.attrs(time.Since(start), err)...)
		}
		return err
	})
}

func (op *OpInfo) attrs(took time.Duration, err error) []slog.Attr {
	out := []slog.Attr{
		slog.String("op", op.Name), slog.String("api", op.API), slog.String("table", op.Table),
		slog.Duration("took", took),
	}
	if op.Index != "" {
		out = append(out, slog.String("index", op.Index))
	}
	units := 0.0
	for i := range op.Consumed {
		units += aws.ToFloat64(op.Consumed[i].CapacityUnits)
	}
	if len(op.Consumed) > 0 {
		out = append(out, slog.Float64("units", units))
	}
	if err != nil {
		out = append(out, slog.String("error", errorCode(err)))
	}
	return out
}

// errorCode names an error without quoting data.
func errorCode(err error) string {
	var api smithy.APIError
	switch {
	case errors.As(err, &api):
		return api.ErrorCode()
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline exceeded"
	}
	return "no answer"
}
