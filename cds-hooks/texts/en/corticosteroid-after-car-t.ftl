title = Corticosteroid after CAR-T

summary-ordered = { $drug } after CAR-T: systemic corticosteroids are not allowed. Call { $contact } first.
summary-in-use = { $drug } in use after CAR-T: systemic corticosteroids are not allowed. Call { $contact }.
summary-premedication = { $drug } with a CAR-T infusion: no corticosteroid as premedication. Remove it.
summary-mild-crs = { $drug } in CRS grade { $grade }: no corticosteroid at this grade. Call { $contact }.
summary-crs-without-grade = { $drug } in CRS without a recorded grade: record the grade first; call { $contact }.
summary-crs-without-tocilizumab = { $drug } in CRS grade { $grade }, no tocilizumab recorded in this episode: tocilizumab first.
summary-crs-tocilizumab-unclear = { $drug } in CRS grade { $grade }: check whether tocilizumab was given. It comes first.
summary-crs-after-tocilizumab = { $drug } in CRS grade { $grade } after tocilizumab: second line. Weigh it with { $contact }.
summary-icans = { $drug } in ICANS grade { $grade }: weigh the benefit against the effect on CAR-T cells.
summary-icans-without-grade = { $drug } in ICANS: weigh the benefit against the effect on CAR-T cells.
summary-taper = { $drug } after CAR-T; its CRS or ICANS is over: taper with { $contact }, do not stop abruptly.
summary-long-ago = { $drug }, more than { $corticosteroid-critical-months } months after CAR-T: discuss it with { $contact }.
summary-other-reason = { $drug } for adrenal insufficiency or an emergency: do not delay or stop it. Inform { $contact }.
summary-toxicity-in-words = { $drug } after CAR-T: CRS or ICANS ({ $what })? Find out, call { $contact }.
summary-local-route = { $drug } after CAR-T: local route stated. Check that no systemic corticosteroid is meant.
summary-route = { $drug } after CAR-T: route unclear. Systemic corticosteroids are not allowed: check.
summary-uncoded = { $drug } after CAR-T: no usable code. Check whether it is a systemic corticosteroid.
summary-unreadable = Order after CAR-T that can't be read: check whether it is a systemic corticosteroid.

advice-forbidden = Patients who had CAR-T may not receive corticosteroids, which suppress the CAR-T cells. No CRS or ICANS of the present episode was found that would call for one.
advice-premedication = Premedication of CAR-T should not contain a corticosteroid: the leaflet names none, and after CAR-T corticosteroids are not allowed.
advice-mild-crs = In CRS, corticosteroids are second line, from grade { $second-line-crs-grade }, after tocilizumab.
advice-tocilizumab-first = CRS of grade { $second-line-crs-grade } or more is treated with tocilizumab (blocks the IL-6 receptor) and supportive care. Corticosteroids are second line.
advice-second-line = After tocilizumab, a systemic corticosteroid such as dexamethasone is second line in CRS. It inhibits the CAR-T cells.
advice-icans = Corticosteroids are the most used treatment of ICANS. The risk of suppressing the CAR-T cells must be weighed against the expected benefit.
advice-other-reason = The record or the order names a reason such as adrenal insufficiency or anaphylaxis. The restriction after CAR-T stands for other uses; do not delay or stop this treatment.
advice-toxicity-in-words = Patients who had CAR-T may not receive corticosteroids, unless for CRS (second line, after tocilizumab) or ICANS. No coded diagnosis of either is on record: find out, and record the grade.
advice-local-route = Systemic corticosteroids are not allowed after CAR-T. The route that is stated is not systemic, but part of the dose is absorbed: weigh it with { $contact }.
advice-tocilizumab-check = Whether tocilizumab was given in this episode is not clear: check the dose and the time before giving it.
advice-taper = Corticosteroids suppress the CAR-T cells. What was begun for CRS or ICANS is tapered as { $contact } says.
advice-long-ago = Patients who had CAR-T may not receive corticosteroids. After this time the hospital weighs it case by case.
advice-check = Patients who had CAR-T may not receive systemic corticosteroids. The record does not settle whether that applies here.

summary-car-t-in-words = { $drug }: the record names CAR-T in words only. Check: no systemic corticosteroid after CAR-T.
advice-not-abruptly = Do not stop long-term use abruptly: risk of an adrenal crisis.
remark-not-this-episode = not counted: resolved, before the infusion, undated, or older than { $first-month-after-car-t } days

remark-resolved = over, in this episode
criterion-corticosteroid = Systemic corticosteroid
criterion-car-t = CAR-T in history
criterion-car-t-ordered = CAR-T infusion in the same order
criterion-crs = CRS in this episode
criterion-icans = ICANS in this episode
criterion-tocilizumab = Tocilizumab given in this episode

remark-infusion-not-recorded = only the order is recorded as completed; the infusion itself is not recorded

context-no-end-date = The source gives no end date for this restriction.
context-call-centre = Emergency? Do not wait for this advice: treat, and call { $contact }.

gap-local-route = local route stated: { $what }
gap-route = route not stated or not recognised: { $what }
gap-signs = no diagnosis recorded; sign: { $what }
gap-ice-score = no ICANS recorded; { $what }
gap-grade = grade not recorded

suggest-tocilizumab = Draft tocilizumab
suggest-remove = Remove { $drug }
note-dose = Dose according to local protocol.
