title = Pregnancy and cell therapy

therapy-transplantation = stem cell transplantation
therapy-car-t = CAR-T

summary-pregnant-transplantation = Pregnancy on record: stem cell transplantation is contraindicated. Do not sign; verify the pregnancy first.
summary-breastfeeding-transplantation = Breastfeeding on record: contraindication for stem cell transplantation. Do not sign; ask the patient first.
summary-pregnant-car-t = Pregnancy on record: no lymphodepletion or CAR-T until it is excluded. Confirm by a test; consult the CAR-T centre.
summary-breastfeeding-car-t = Breastfeeding on record, CAR-T ordered: discuss with the patient and the CAR-T centre before treatment.
summary-named = Pregnant or breastfeeding. Check for cell therapy: { $order }
summary-unreadable = Pregnancy or breastfeeding on record, and an order that can't be read: make sure it is no cell therapy.
summary-test-first = Pregnancy not excluded before { $therapy }: do a pregnancy test first.
summary-breastfeeding-open = Breastfeeding not clear from the record: ask the patient before { $therapy }.
summary-man-transplantation = Man: no fathering a child during stem cell transplantation and for { $no-conception-months-after-transplantation } months after. Discuss contraception.
summary-man-car-t = Man: condom advised until { $condom-months-after-car-t } months after CAR-T. Discuss contraception before treatment.

advice-transplantation = Women who are pregnant or breastfeeding cannot have stem cell transplantation. This includes mobilisation and conditioning.
advice-car-t-pregnant = The CAR-T sources used here name no ban in pregnancy; product labels (such as Yescarta, US) ask for a negative pregnancy test before treatment, so before lymphodepletion.
advice-car-t-breastfeeding = The CAR-T sources used here do not mention breastfeeding. This check warns because it rules out stem cell transplantation.
advice-check-order = Pregnancy and breastfeeding rule out stem cell transplantation, and CAR-T needs a negative pregnancy test. Whether this order is one of these could not be judged.
advice-ask-transplantation = Pregnancy and breastfeeding rule out stem cell transplantation. The record does not settle it.
advice-ask-car-t = Product labels (such as Yescarta, US) ask for a negative pregnancy test before treatment, so before lymphodepletion. The record does not settle it.
advice-man-transplantation = Men who have stem cell transplantation may not father a child during the treatment period, nor in the { $no-conception-months-after-transplantation } months after transplantation.
advice-man-car-t = The patient leaflet advises a condom until { $condom-months-after-car-t } months after CAR-T; it gives no reason.

criterion-order = Cell therapy ordered
criterion-pregnant = Pregnant
criterion-breastfeeding = Breastfeeding

remark-unseen = missing data could change this

context-no-conception = No pregnancy during the treatment period, nor for { $no-conception-months-after-transplantation } months after transplantation.
context-condom = A condom is advised until { $condom-months-after-car-t } months after CAR-T.
context-limits = A negative test or “not pregnant” counts for { $not-pregnant-days } days here, a pregnancy on record for { $pregnancy-record-months } months; no source gives these limits.

gap-no-pregnancy-status = no current pregnancy status or test on record
gap-pregnancy-record-too-old = too old to count
gap-breastfeeding-record-too-old = too old to count
gap-possible-pregnancy = possible pregnancy, not confirmed
gap-due-date-passed = due date just passed
gap-hcg-tumour-marker = raised hCG: pregnancy or tumour marker?
gap-hcg-without-reading = hCG without interpretation or upper limit
gap-gender = gender not recorded

suggest-test = Pregnancy test (hCG)
suggest-remove = Remove { $order }
