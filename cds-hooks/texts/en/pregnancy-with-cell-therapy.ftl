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

advice-transplantation = Mobilisation and conditioning are contraindicated, too.
advice-car-t-pregnant = The CAR-T sources name no ban; product labels (such as Yescarta, US) ask for a negative test before treatment.
advice-car-t-breastfeeding = The CAR-T sources do not mention breastfeeding; it rules out stem cell transplantation.
advice-check-order = Pregnancy and breastfeeding rule out stem cell transplantation; CAR-T needs a negative pregnancy test.
advice-ask-car-t = Product labels (such as Yescarta, US) ask for a negative test before treatment.

criterion-order = Cell therapy ordered
criterion-pregnant = Pregnant
criterion-breastfeeding = Breastfeeding

remark-unseen = missing data could change this

context-no-conception = No pregnancy during treatment, nor for { $no-conception-months-after-transplantation } months after.
context-condom = Condom until { $condom-months-after-car-t } months after CAR-T.

gap-no-pregnancy-status = no current status or test
gap-pregnancy-record-too-old = too old to count
gap-breastfeeding-record-too-old = too old to count
gap-possible-pregnancy = possible pregnancy, not confirmed
gap-due-date-passed = due date just passed
gap-hcg-tumour-marker = raised hCG: pregnancy or tumour marker?
gap-hcg-without-reading = hCG without interpretation or upper limit
gap-gender = gender not recorded

suggest-test = Pregnancy test (hCG)
suggest-remove = Remove { $order }
