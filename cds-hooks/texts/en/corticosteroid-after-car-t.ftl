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
summary-toxicity-in-words = { $drug } after CAR-T: CRS or ICANS ({ $what })? Check, call { $contact-short }.
summary-local-route = { $drug } after CAR-T: local route stated. Check that no systemic corticosteroid is meant.
summary-route = { $drug } after CAR-T: route unclear. Systemic corticosteroids are not allowed: check.
summary-uncoded = { $drug } after CAR-T: no usable code. Check whether it is a systemic corticosteroid.
summary-unreadable = Order after CAR-T that can't be read: check whether it is a systemic corticosteroid.

advice-premedication = After CAR-T corticosteroids are not allowed; the leaflet names none as premedication.
advice-mild-crs = In CRS they are second line: from grade { $second-line-crs-grade }, after tocilizumab.
advice-tocilizumab-first = From grade { $second-line-crs-grade }: tocilizumab and supportive care. Corticosteroids are second line.
advice-icans = Corticosteroids are the most used treatment of ICANS, but suppress the CAR-T cells.
advice-other-reason = The restriction after CAR-T stands for other uses.
advice-toxicity-in-words = Only for CRS (second line, after tocilizumab) or ICANS: record the diagnosis and grade.
advice-local-route = Part of a local dose is absorbed: weigh it with { $contact }.
advice-tocilizumab-check = Was tocilizumab given in this episode? Check dose and time before giving it.
advice-long-ago = After this time the hospital weighs it case by case.
advice-check = After CAR-T, systemic corticosteroids are not allowed.

summary-car-t-in-words = { $drug }: the record names CAR-T in words only. Check: no systemic corticosteroid after CAR-T.
advice-not-abruptly = Do not stop long-term use abruptly: risk of an adrenal crisis.
advice-suppress = Corticosteroids suppress the CAR-T cells.
remark-not-this-episode = not counted: over, before the infusion, undated, or older than { $first-month-after-car-t } days

remark-resolved = over, in this episode
criterion-corticosteroid = Systemic corticosteroid
criterion-car-t = CAR-T in history
criterion-car-t-ordered = CAR-T infusion in the same order
criterion-crs = CRS in this episode
criterion-icans = ICANS in this episode
criterion-tocilizumab = Tocilizumab given in this episode

remark-infusion-not-recorded = order completed, infusion not recorded

context-no-end-date = The source gives no end date.
context-call-centre = Emergency? Do not wait: treat, and call { $contact }.

gap-local-route = local route stated: { $what }
gap-route = route not stated or not recognised: { $what }
gap-signs = no diagnosis recorded; sign: { $what }
gap-ice-score = no ICANS recorded; { $what }
gap-grade = grade not recorded

suggest-tocilizumab = Draft tocilizumab
suggest-remove = Remove { $drug }
note-dose = Dose according to local protocol.
