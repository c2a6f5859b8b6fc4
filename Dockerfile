# Build with: docker build -t cellwise .
# Run with:   docker run -p 8080:8080 cellwise
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin cellwise

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home cellwise
COPY --from=build /src/target/release/cellwise /usr/local/bin/cellwise
USER 10001
EXPOSE 8080
# Everything the server knows is in the binary. TLS and authentication belong in front of it.
ENTRYPOINT ["cellwise"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
