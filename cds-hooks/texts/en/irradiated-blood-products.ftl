title = Irradiated blood products

summary-after = { $product }: irradiation not stated, required until { $until } (after { $therapy }). Add it.
summary-probable = { $product }: irradiation not stated. { $therapy } likely (infusion not recorded): check.
summary-before-car-t = { $product }: irradiation not stated. Around leukapheresis for CAR-T irradiated only: add it to the order.
summary-before-stem-cells = { $product }: irradiation not stated. Collection or conditioning near: irradiated only. Add it to the order.
summary-drug = { $product }: irradiation not stated, required until { $until } ({ $drug }).
summary-drug-ongoing = { $product }: irradiation not stated, required with { $drug }. Add it.
summary-date = { $product }: irradiation not stated. It may be needed, a date is not clear. Check before signing.

therapy-car-t = CAR-T
therapy-stem-cells = stem cell transplant

advice-harm = Lymphocytes of the blood donor can cause a fatal graft-versus-host disease. Plasma needs no irradiation.
advice-car-t = CAR-T: from { $irradiated-blood-days-before-leukapheresis } { $irradiated-blood-days-before-leukapheresis ->
    [one] day
   *[other] days
} before leukapheresis until at least { $irradiated-blood-days-after-car-t } days after the infusion.
advice-stem-cells = Stem cells: from { $irradiated-blood-days-before-harvest } days before their collection, and from conditioning until { $irradiated-blood-months-after-own-cells } months after own cells, at least { $irradiated-blood-months-after-donor-cells } months after a donor's.
advice-drug = Until { $irradiated-blood-months-after-drug } { $irradiated-blood-months-after-drug ->
    [one] month
   *[other] months
} after the drug; guidelines differ.

criterion-product = Blood product with cells ordered
criterion-not-irradiated = Irradiation not stated
criterion-after = After a cell therapy, within the time
criterion-before-car-t = CAR-T planned; leukapheresis done or near
criterion-before-stem-cells = Stem cell collection near, or conditioning begun
criterion-drug = Fludarabine or a like drug, ordered or used
criterion-hidden = More in data that was not sent

remark-infusion-not-recorded = only the order is recorded as completed; the infusion itself is not recorded

gap-irradiated-in-words = irradiation in words only: { $what }
gap-cells = own stem cells or those of a donor: not recorded
gap-therapy-date = date not recorded: { $what }
gap-no-collection-day = day of the collection of cells not recorded
gap-no-treatment-day = day of the treatment not recorded: { $what }

suggest-irradiation = Ask the blood bank for irradiated blood products
note-until = Irradiated until at least { $until }.
