CREATE TABLE public._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);
CREATE TABLE public.feedback (
    id text NOT NULL,
    client text NOT NULL,
    card text NOT NULL,
    service text NOT NULL,
    outcome text NOT NULL,
    outcome_at bigint NOT NULL,
    received_at bigint NOT NULL
);
CREATE TABLE public.feedback_comment (
    feedback text NOT NULL,
    comment text NOT NULL,
    received_at bigint NOT NULL
);
CREATE TABLE public.feedback_reason (
    feedback text NOT NULL,
    system text NOT NULL,
    code text NOT NULL
);
CREATE TABLE public.request_rate (
    client text NOT NULL,
    next_at bigint NOT NULL
);
CREATE TABLE public.shown (
    client text NOT NULL,
    card text NOT NULL,
    rule text NOT NULL,
    version bigint NOT NULL,
    leads bigint NOT NULL,
    verdict text NOT NULL,
    indicator text NOT NULL,
    service text NOT NULL,
    hook text NOT NULL,
    shown_at bigint NOT NULL
);
CREATE TABLE public.used_token (
    id text NOT NULL,
    valid_until bigint NOT NULL
);
INSERT INTO public._sqlx_migrations VALUES (1, 'memory', '2026-11-30 20:52:05.864305+00', true, '\xe4394f4ba0c9272df9888e0368b736905f5df9b96cd5104e7f393ad5ff83e78e05facc8f579988412d08f3f7f0b4e9ef', 100450690);
INSERT INTO public.feedback VALUES ('4016608721ef93328c0869d2fc407c43', 'ehr', '4e0a3a1e-3283-4575-ab82-028d55fe2701', 'cell-therapy-order-safety', 'overridden', 1796083400000, 1796083400500);
INSERT INTO public.feedback VALUES ('cf1a5308a978657bf8f4d1eafa737f17', 'ehr', '4e0a3a1e-3283-4575-ab82-028d55fe2703', 'cell-therapy-order-safety', 'accepted', 1796083400000, 1796083400500);
INSERT INTO public.feedback VALUES ('0f21d5a7e198ea4bc24b4646ab7b72af', 'ehr', '4e0a3a1e-3283-4575-ab82-028d55fe2709', 'cell-therapy-order-safety', 'overridden', 1796083400000, 1796083400500);
INSERT INTO public.feedback_comment VALUES ('4016608721ef93328c0869d2fc407c43', 'an example', 1796083400500);
INSERT INTO public.feedback_reason VALUES ('4016608721ef93328c0869d2fc407c43', 'https://cellwise.dev/fhir/CodeSystem/cell-therapy', 'patient-refuses');
INSERT INTO public.feedback_reason VALUES ('0f21d5a7e198ea4bc24b4646ab7b72af', 'https://cellwise.dev/fhir/CodeSystem/cell-therapy', 'patient-refuses');
INSERT INTO public.request_rate VALUES ('ehr', 1796071926996952);
INSERT INTO public.shown VALUES ('ehr', '4e0a3a1e-3283-4575-ab82-028d55fe2701', 'corticosteroid-after-car-t', 1, 1, 'met', 'warning', 'cell-therapy-order-safety', 'order-sign', 1796083200000);
INSERT INTO public.shown VALUES ('ehr', '4e0a3a1e-3283-4575-ab82-028d55fe2701', 'infection-prophylaxis', 1, 0, 'met', 'warning', 'cell-therapy-order-safety', 'order-sign', 1796083200000);
INSERT INTO public.shown VALUES ('ehr', '4e0a3a1e-3283-4575-ab82-028d55fe2702', 'corticosteroid-after-car-t', 1, 1, 'met', 'warning', 'cell-therapy-order-safety', 'order-sign', 1796083200000);
INSERT INTO public.shown VALUES ('ehr', '4e0a3a1e-3283-4575-ab82-028d55fe2703', 'possible-crs', 1, 1, 'met', 'warning', 'cell-therapy-follow-up', 'patient-view', 1796083300000);
INSERT INTO public.used_token VALUES ('475b6527d6fbad5e395db9144802b117', 1796083600000);
ALTER TABLE ONLY public._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.feedback_comment
    ADD CONSTRAINT feedback_comment_pkey PRIMARY KEY (feedback);
ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.feedback_reason
    ADD CONSTRAINT feedback_reason_pkey PRIMARY KEY (feedback, system, code);
ALTER TABLE ONLY public.request_rate
    ADD CONSTRAINT request_rate_pkey PRIMARY KEY (client);
ALTER TABLE ONLY public.shown
    ADD CONSTRAINT shown_pkey PRIMARY KEY (client, card, rule);
ALTER TABLE ONLY public.used_token
    ADD CONSTRAINT used_token_pkey PRIMARY KEY (id);
CREATE INDEX feedback_by_card ON public.feedback USING btree (client, card);
CREATE INDEX feedback_by_time ON public.feedback USING btree (received_at);
CREATE INDEX feedback_comment_by_time ON public.feedback_comment USING btree (received_at);
CREATE INDEX shown_by_time ON public.shown USING btree (shown_at);
CREATE INDEX used_token_by_end ON public.used_token USING btree (valid_until);
