title = Conception after cell therapy

therapy-transplantation = stem cell transplantation
therapy-car-t = CAR-T
months-transplantation = { $no-conception-months-after-transplantation } months
months-car-t = { $condom-months-after-car-t } months

summary-pregnant = Pregnancy within { $months } after { $therapy } (to { $until }): consult treatment centre and gynaecologist.
summary-pregnant-unclear = Pregnancy: check the dates. It may be within { $months } after { $therapy }.
summary-pregnant-probable = Pregnancy; { $therapy } probably < { $months } before (infusion not recorded). Check.
summary-possible = Possible pregnancy within { $months } after { $therapy } (to { $until }): do a pregnancy test.
summary-possible-unclear = Possible pregnancy: do a test, check the dates. It may be within { $months } after { $therapy }.
summary-therapy-in-words = Pregnancy; { $therapy } in words only in the record. Check whether given in the { $months } before.
summary-referral = Fertility referral within { $months } after { $therapy }: advise against conception until { $until }.
summary-referral-unclear = Fertility referral: check the dates. It may be within { $months } after { $therapy }: no conception then.
summary-referral-probable = Fertility referral; { $therapy } probably < { $months } ago (infusion not recorded). Check.

advice-car-t = The leaflet advises a condom for { $condom-months-after-car-t } months, without a reason; this check reads it as advice against conception.

criterion-pregnant = Pregnancy on record
criterion-referral = Referral to a fertility clinic
criterion-window-until = Within { $months } after { $therapy } (until { $until })
criterion-window = Within { $months } after { $therapy }
criterion-today-until = Today within { $months } after { $therapy } (until { $until })
criterion-today = Today within { $months } after { $therapy }

remark-unseen = missing data could change this
remark-infusion-not-recorded = order completed, infusion not recorded

context-donor = That { $no-conception-months-after-transplantation } months hold after donor cells, too, is an assumption.
context-infertility = Infertility after CAR-T is not certain: contraception stays necessary.
context-no-advice = The sources give no advice for a pregnancy in this time.
context-other-reason = No objection if the referral is not for a wish to conceive.

gap-therapy-date = date of the therapy not recorded
gap-possible-pregnancy = possible pregnancy, not confirmed
gap-due-date-passed = due date just passed
gap-hcg-tumour-marker = raised hCG: pregnancy or tumour marker?
gap-hcg-without-reading = hCG without interpretation or upper limit

suggest-test = Pregnancy test (hCG)
