title = Vaccine after cell therapy

summary-live = Live vaccine ({ $vaccine }), { $therapy } { $date }: do not give before { $until }.
summary-live-later = Live vaccine ({ $vaccine }) after { $therapy } ({ $date }): immune recovery not shown. Check first.
summary-live-undated = Live vaccine ({ $vaccine }) after { $therapy }, date not recorded: do not give before this is clear.
summary-live-date = Live vaccine ({ $vaccine }), { $therapy } { $date }: { $interval } may not have passed. Check.
summary-live-incomplete = Live vaccine ({ $vaccine }), { $therapy } { $date }: data missing, later therapy possible. Check.
summary-live-probable = Live vaccine ({ $vaccine }), { $therapy } probably given (infusion not recorded): check first.
summary-early = { $vaccine } after { $therapy } ({ $date }): too early. Not before { $until }.
summary-early-cells = { $vaccine } after { $therapy } ({ $date }): too early if the cells were a donor's. Check.
summary-early-date = { $vaccine } after { $therapy } ({ $date }): { $interval } may not have passed. Check.
summary-early-undated = { $vaccine } after { $therapy }, date not recorded: check that { $interval } have passed.
summary-early-probable = { $vaccine }: { $therapy } probably given (infusion not recorded). Check whether it is too early.
summary-product = { $vaccine } after { $therapy }: live or not? The product decides. Check before signing.
summary-named = { $vaccine } after { $therapy }: order without a usable code. Check whether this is a live vaccine.
summary-history-in-words = Live vaccine ({ $vaccine }): cell therapy or transplantation in the record without a usable code. Check.

therapy-car-t = CAR-T
therapy-stem-cells = stem cell transplant
months-live = { $no-live-vaccine-months } months
months-others = { $no-vaccine-months } { $no-vaccine-months ->
    [one] month
   *[other] months
}
months-others-donor = { $no-vaccine-months-after-donor-cells } months

advice-live-stem-cells = Live vaccines only with immune recovery.
advice-interval-stem-cells = Other vaccines: from { $no-vaccine-months } { $no-vaccine-months ->
    [one] month
   *[other] months
} after own stem cells, { $no-vaccine-months-after-donor-cells } after a donor's.
advice-live-car-t = Live vaccines only with immune recovery, without immunosuppression, { $no-live-vaccine-months-after-immunoglobulin } months after immunoglobulin.
advice-interval-car-t = After CAR-T, influenza and COVID-19 vaccines from { $no-vaccine-months } { $no-vaccine-months ->
    [one] month
   *[other] months
} on; other inactivated vaccines from six (some recommend three), with immune recovery.

context-recovery = Immune recovery here: CD4 ≥ { $recovered-cd4-count }/µL, no immunocompromise, immunosuppressant or corticosteroid, no immunoglobulin in { $no-live-vaccine-months-after-immunoglobulin } months.

criterion-live = Live vaccine ordered
criterion-not-live = Vaccine ordered, not live
criterion-perhaps-live = Live vaccine ordered
criterion-car-t = CAR-T in history
criterion-stem-cells = Stem cell transplantation
criterion-within = < { $interval } after the therapy
criterion-after-therapy = Vaccination after the therapy
criterion-not-recovered = No sign of immune recovery

remark-infusion-not-recorded = order completed, infusion not recorded

gap-product = live or not: the product decides
gap-no-code = no usable code
gap-therapy-date = date not recorded: { $what }
gap-route = route not stated or not recognised: { $what }
gap-cells = own stem cells or those of a donor: not recorded

suggest-remove = Remove { $vaccine }
suggest-cd4 = CD4 count
