title = Second malignancy after CAR-T

summary-new = New malignancy after CAR-T: { $disease }. Report it and have the tissue tested for the CAR transgene.
summary-unclear = { $disease }: new since CAR-T, or the disease that was treated? Find out; if new, report and test it.
summary-car-t-in-words = { $disease }; CAR-T in words only. Find out; if it came after CAR-T, report and test it.

advice-report = Discuss it with the CAR-T centre. Report it to the national centre for adverse drug reactions and to the manufacturer, who says how to collect samples for the test for the CAR transgene.
advice-if-new = If it is another disease than the one CAR-T was given for, discuss it with the CAR-T centre, report it and have it tested for the CAR transgene. Else record its onset and type.

criterion-car-t = CAR-T in history
criterion-malignancy = After CAR-T another malignancy than the treated one, recorded at most { $second-malignancy-months } months ago

gap-no-date = no date recorded
gap-same-lineage-before = a disease of the same lineage was on record before CAR-T
gap-which-disease = the code does not tell which disease
gap-treated-disease = the disease that CAR-T was given for is not clear

context-risk = Rare; monitoring for new malignancies is life-long.

suggest-transgene = Test of tumour tissue for the CAR transgene
