-- What was shown: a row per rule of a card. No patient, no user, no text.
-- Instants are milliseconds since 1970 in UTC, in all tables.
CREATE TABLE shown (
    client TEXT NOT NULL,
    card TEXT NOT NULL,
    rule TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- 1 when the rule leads the card, 0 when it joined the card of another.
    leads BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    indicator TEXT NOT NULL,
    service TEXT NOT NULL,
    hook TEXT NOT NULL,
    shown_at BIGINT NOT NULL,
    PRIMARY KEY (client, card, rule)
);

CREATE INDEX shown_by_time ON shown (shown_at);

-- What users did with cards. A card of which nothing is in `shown` may have feedback, too.
CREATE TABLE feedback (
    -- A digest of client, card, outcome and instant: the same feedback is one row.
    id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    card TEXT NOT NULL,
    service TEXT NOT NULL,
    -- `accepted` or `overridden`.
    outcome TEXT NOT NULL,
    -- When the user did it, by the clock of the client.
    outcome_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL
);

CREATE INDEX feedback_by_card ON feedback (client, card);
CREATE INDEX feedback_by_time ON feedback (received_at);

-- Why a card was overridden, as a code.
CREATE TABLE feedback_reason (
    feedback TEXT NOT NULL,
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (feedback, system, code)
);

-- What a user wrote; kept by setting only, and not for ever.
CREATE TABLE feedback_comment (
    feedback TEXT NOT NULL PRIMARY KEY,
    comment TEXT NOT NULL,
    received_at BIGINT NOT NULL
);

CREATE INDEX feedback_comment_by_time ON feedback_comment (received_at);

-- Tokens that were used, until they expire.
CREATE TABLE used_token (
    -- A digest of client and `jti`.
    id TEXT NOT NULL PRIMARY KEY,
    valid_until BIGINT NOT NULL
);

CREATE INDEX used_token_by_end ON used_token (valid_until);

-- How much each client sent: the theoretical arrival time of its next request, in microseconds since 1970 by the clock of the
-- database.
CREATE TABLE request_rate (
    client TEXT NOT NULL PRIMARY KEY,
    next_at BIGINT NOT NULL
);
