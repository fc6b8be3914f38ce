# A static binary, nothing else, run by nobody in particular.
#   docker build -t weft . && docker run --rm -p 8080:8080 weft
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The binary lists its modules: go version -m weft.
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /weft .

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /weft /weft
ENV WEFT_ADDR=:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=2s --start-period=5s CMD ["/weft", "healthcheck"]
ENTRYPOINT ["/weft"]
