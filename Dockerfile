# Build with: docker build -t cellwise .
# Run with:   docker run -p 8080:8080 -v /etc/cellwise:/etc/cellwise:ro -e CELLWISE_CONFIG=/etc/cellwise/hospital.toml cellwise
# To try it:  docker run -p 127.0.0.1:8080:8080 -e CELLWISE_UNAUTHENTICATED=true cellwise
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked --bin cellwise

FROM debian:bookworm-slim
# The authorities that sign the certificates of FHIR servers.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home cellwise
COPY --from=build /src/target/dist/cellwise /usr/local/bin/cellwise
USER 10001
EXPOSE 8080
# Everything the server knows is in the binary. With neither clients nor that variable it does not start.
ENTRYPOINT ["cellwise"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
