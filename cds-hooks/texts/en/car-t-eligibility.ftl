title = Indication for CAR-T

summary-met = { $product }: fits the EMA indication for { $disease }. Confirm before signing.
summary-met-trial-unknown = { $product }: fits the EMA indication for { $disease }. Check for a trial.
summary-met-product-not-stated = { $product }: indicated disease, treated before, failure on record. Choose a product and check its label.
summary-no-diagnosis = { $product }: no diagnosis recognised within its EMA indication. Check before signing.
summary-age = { $product }: age { $age } is outside the EMA indication. Check before signing.
summary-lines =
    { $lines ->
        [one] { $product }: 1 prior line recorded, the EMA indication asks for { $count }. Check before signing.
       *[other] { $product }: { $lines } prior lines recorded, the EMA indication asks for { $count }. Check before signing.
    }
summary-therapies =
    { $lines ->
        [one] { $product }: 1 prior therapy recorded, the EMA indication asks for { $count }. Check before signing.
       *[other] { $product }: { $lines } prior therapies recorded, the EMA indication asks for { $count }. Check before signing.
    }
summary-lines-no-early-failure =
    { $lines ->
        [one] { $product }: 1 prior line, no early failure on record; EMA indication asks for { $count } lines. Check before signing.
       *[other] { $product }: { $lines } prior lines recorded; EMA indication asks for { $count }. Check before signing.
    }
summary-remission = { $product }: disease in remission, no relapse or refractory disease on record. Check before signing.
summary-unknown =
    { $count ->
        [0] { $product }: EMA indication not confirmed. Clarify { $missing }.
       *[other] { $product }: EMA indication not confirmed. Clarify { $missing } (+{ $count } more).
    }
summary-may-qualify = Relapsed or refractory { $disease }: may qualify for CAR-T. Consider referral to a CAR-T centre.
summary-on-study = { $product }: patient is in a trial, so the label is not applied. Follow the protocol.
summary-uncoded = { $order }: names CAR-T but has no code; the indication was not checked. Check it by hand.
summary-unreadable = An order can't be read. Check whether it is CAR-T, and whether the indication fits.

product-not-stated = CAR-T

missing-diagnosis = the diagnosis
missing-age = the age
missing-earlier-treatment = earlier treatment
missing-lines = the number of prior lines
missing-therapies = the number of prior therapies
missing-early-failure = whether the first line failed early
missing-drug-class = which drug classes were given before
missing-refractory-to = what the disease is refractory to
missing-failure = whether it relapsed or is refractory
missing-which-relapse = which relapse this is
missing-progression-on-last-therapy = whether the last therapy failed

lead-label = { $brand }: { $label }.
lead-on-study = A trial product is not judged by the label. Is this product not part of the trial? Check its label by hand.

criterion-diagnosis = Diagnosis: { $disease }
criterion-diagnosis-of-product = Diagnosis within the indication of { $product }
criterion-diagnosis-of-any = A disease for which CAR-T is authorised
criterion-age-minimum = Age ≥ { $minimum } years
criterion-age-maximum = Age ≤ { $maximum } years
criterion-age-range = Age { $minimum }–{ $maximum } years
criterion-lines = { $minimum ->
    [one] ≥ 1 prior line of systemic therapy
   *[other] ≥ { $minimum } prior lines of systemic therapy
}
criterion-therapies = { $minimum ->
    [one] ≥ 1 prior therapy
   *[other] ≥ { $minimum } prior therapies
}
criterion-lines-or-early = ≥ { $minimum } prior lines; { $fewer } if refractory to it or relapsed within { $months } months
criterion-treated-before = Treated before
criterion-drug-class = Prior { $class }
criterion-refractory-to = Refractory to { $what }
criterion-failure = Relapsed or refractory
criterion-refractory-or-later-relapse = Refractory, relapse after transplantation, or second or later relapse
criterion-progression-on-last-therapy = Relapsed or refractory, progression on the last therapy
criterion-outside-trial = Treated outside a trial, so that the label applies
criterion-on-study = In a trial
criterion-product-outside-trial = Ordered product is not part of the trial
criterion-rest-of-label = What else the indication asks
criterion-first-car-t = No CAR-T given before
criterion-not-planned = No CAR-T planned yet
criterion-order = CAR-T order

remark-age = { $age } years
remark-age-between = { $youngest } or { $oldest } years, by the date of birth as recorded
remark-estimate =
    { $count ->
        [one] estimate from the drugs on record: at least 1 line
       *[other] estimate from the drugs on record: at least { $count } lines
    }
remark-no-course = no course found among the drugs on record, but few are recognised
remark-failure-before-last-course = recorded before the last known course began: check that this course failed, too
remark-intolerance = stopped because of intolerance: that is not failure

gap-diagnosis-type = type of lymphoma not coded: { $what }
gap-diagnosis-grade = grade of follicular lymphoma not coded: { $what }
gap-diagnosis-lineage = B lineage not coded: { $what }
gap-line-count = number of prior lines not recorded
gap-line-counts-differ = recorded numbers of lines contradict each other
gap-line-count-contradicted = number of lines recorded does not fit the courses on record: those are later, or more
gap-end-of-first-line = end of the first line not recorded
gap-relapse-date = date of the relapse not exact: { $what }
gap-date-of-relapse = not recorded: refractory to the first line, or date of relapse
gap-failure = relapse, refractory disease or progression not recorded
gap-failure-but-remission = failure is recorded, but the disease now stands as in remission
gap-controlled-since = a response or stable disease is recorded after the failure
gap-order-of-failure-and-response = order of failure and response not clear from their dates
gap-which-relapse = not recorded: refractory, relapse after transplantation, or second or later relapse
gap-progression-on-last-therapy = progression on the last therapy not recorded
gap-drug-class = not recorded; that does not mean never given
gap-refractory-to = not recorded
gap-trial-product = whether the ordered product is part of the trial is not recorded

context-earlier-car-t = CAR-T was given before: the label does not speak of a second infusion. Consult the CAR-T centre.
context-source-of-row = This indication comes from: { $title }, { $date }.
context-review-overdue = These indications should have been compared with their source again by { $date }.
context-products = Possible products: { $products }. Check the label.
