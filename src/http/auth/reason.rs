//! Why a request is not authenticated: for the log, never for the caller.

/// Closed on purpose, and without anything that came with the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// No `Authorization` header.
    NoToken,
    /// More than one `Authorization` header.
    SeveralTokens,
    /// `Authorization` of another kind.
    NotBearer,
    /// The token is larger than any should be.
    TooLong,
    /// No JSON Web Token, or a claim has the wrong type.
    Malformed,
    /// A claim or a part of the header is missing; its name is in the text.
    Missing(&'static str),
    /// `alg` is not one that is accepted from this client.
    OtherAlgorithm,
    /// `typ` is not `JWT`.
    OtherType,
    /// `crit` names what a reader must understand: nothing of it is.
    Critical,
    /// `jku` is not the address of the configuration.
    OtherJku,
    /// No client has this issuer.
    UnknownIssuer,
    /// The issuer is known, the tenant is not.
    OtherTenant,
    /// The token is for another endpoint.
    WrongAudience,
    /// `exp` is past.
    Expired,
    /// `iat` or `nbf` is to come.
    NotYet,
    /// From `iat` to `exp` is longer than accepted.
    LongLived,
    /// The keys of the client could not be fetched.
    NoKeys,
    /// The client has no key with this `kid` that fits the algorithm.
    UnknownKey,
    /// The signature is not by the client's key.
    BadSignature,
    /// The `jti` came before.
    Replayed,
    /// More live tokens than are remembered.
    TooMany,
}

impl Reason {
    /// A short name for the log.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::NoToken => "no-token",
            Self::SeveralTokens => "several-tokens",
            Self::NotBearer => "not-bearer",
            Self::TooLong => "too-long",
            Self::Malformed => "malformed",
            Self::Missing(name) => name,
            Self::OtherAlgorithm => "other-algorithm",
            Self::OtherType => "other-type",
            Self::Critical => "critical",
            Self::OtherJku => "other-jku",
            Self::UnknownIssuer => "unknown-issuer",
            Self::OtherTenant => "other-tenant",
            Self::WrongAudience => "wrong-audience",
            Self::Expired => "expired",
            Self::NotYet => "not-yet",
            Self::LongLived => "long-lived",
            Self::NoKeys => "no-keys",
            Self::UnknownKey => "unknown-key",
            Self::BadSignature => "bad-signature",
            Self::Replayed => "replayed",
            Self::TooMany => "too-many",
        }
    }
}
