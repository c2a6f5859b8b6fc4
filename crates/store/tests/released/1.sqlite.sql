BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'memory','2026-11-30 20:52:05',1,X'E4394F4BA0C9272DF9888E0368B736905F5DF9B96CD5104E7F393AD5FF83E78E05FACC8F579988412D08F3F7F0B4E9EF',8141962);
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
INSERT INTO "feedback" VALUES('4016608721ef93328c0869d2fc407c43','ehr','4e0a3a1e-3283-4575-ab82-028d55fe2701','cell-therapy-order-safety','overridden',1796083400000,1796083400500);
INSERT INTO "feedback" VALUES('cf1a5308a978657bf8f4d1eafa737f17','ehr','4e0a3a1e-3283-4575-ab82-028d55fe2703','cell-therapy-order-safety','accepted',1796083400000,1796083400500);
INSERT INTO "feedback" VALUES('0f21d5a7e198ea4bc24b4646ab7b72af','ehr','4e0a3a1e-3283-4575-ab82-028d55fe2709','cell-therapy-order-safety','overridden',1796083400000,1796083400500);
CREATE TABLE feedback_comment (
    feedback TEXT NOT NULL PRIMARY KEY,
    comment TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
INSERT INTO "feedback_comment" VALUES('4016608721ef93328c0869d2fc407c43','an example',1796083400500);
CREATE TABLE feedback_reason (
    feedback TEXT NOT NULL,
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (feedback, system, code)
);
INSERT INTO "feedback_reason" VALUES('4016608721ef93328c0869d2fc407c43','https://cellwise.dev/fhir/CodeSystem/cell-therapy','patient-refuses');
INSERT INTO "feedback_reason" VALUES('0f21d5a7e198ea4bc24b4646ab7b72af','https://cellwise.dev/fhir/CodeSystem/cell-therapy','patient-refuses');
CREATE TABLE request_rate (
    client TEXT NOT NULL PRIMARY KEY,
    next_at BIGINT NOT NULL
);
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
INSERT INTO "shown" VALUES('ehr','4e0a3a1e-3283-4575-ab82-028d55fe2701','corticosteroid-after-car-t',1,1,'met','warning','cell-therapy-order-safety','order-sign',1796083200000);
INSERT INTO "shown" VALUES('ehr','4e0a3a1e-3283-4575-ab82-028d55fe2701','infection-prophylaxis',1,0,'met','warning','cell-therapy-order-safety','order-sign',1796083200000);
INSERT INTO "shown" VALUES('ehr','4e0a3a1e-3283-4575-ab82-028d55fe2702','corticosteroid-after-car-t',1,1,'met','warning','cell-therapy-order-safety','order-sign',1796083200000);
INSERT INTO "shown" VALUES('ehr','4e0a3a1e-3283-4575-ab82-028d55fe2703','possible-crs',1,1,'met','warning','cell-therapy-follow-up','patient-view',1796083300000);
CREATE TABLE used_token (
    -- A digest of client and `jti`.
    id TEXT NOT NULL PRIMARY KEY,
    valid_until BIGINT NOT NULL
);
INSERT INTO "used_token" VALUES('475b6527d6fbad5e395db9144802b117',1796083600000);
CREATE INDEX shown_by_time ON shown (shown_at);
CREATE INDEX feedback_by_card ON feedback (client, card);
CREATE INDEX feedback_by_time ON feedback (received_at);
CREATE INDEX feedback_comment_by_time ON feedback_comment (received_at);
CREATE INDEX used_token_by_end ON used_token (valid_until);
COMMIT;
