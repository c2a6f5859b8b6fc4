title = Fertility preservation

summary-ordered = Stem cell transplantation: no fertility counselling on record. Discuss preservation and refer before treatment starts.
summary-booked = Stem cell transplantation booked: no fertility counselling on record. Discuss preservation and refer before treatment starts.
summary-ordered-check = Stem cell transplantation: check that fertility preservation was discussed; if not, refer before treatment starts.
summary-booked-check = Stem cell transplantation booked: check that fertility preservation was discussed; if not, refer before treatment.
summary-named = If this is for stem cell transplantation, discuss fertility preservation first: { $order }

advice-preserve = Freezing of egg cells or sperm belongs before the first cyclophosphamide.

criterion-ordered = Stem cell transplantation or conditioning ordered
criterion-booked = Stem cell transplantation booked
criterion-age = Age from { $reproductive-from-age }, below { $reproductive-below-age }
criterion-no-counselling = No fertility counselling on record

remark-age = { $age } years
remark-age-between = { $youngest } or { $oldest } years

suggest-referral = Referral to fertility clinic
