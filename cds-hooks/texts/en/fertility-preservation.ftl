title = Fertility preservation

summary-ordered = Stem cell transplantation: no fertility counselling on record. Discuss preservation and refer before treatment starts.
summary-booked = Stem cell transplantation booked: no fertility counselling on record. Discuss preservation and refer before treatment starts.
summary-ordered-check = Stem cell transplantation: check that fertility preservation was discussed; if not, refer before treatment starts.
summary-booked-check = Stem cell transplantation booked: check that fertility preservation was discussed; if not, refer before treatment.
summary-named = If this is for stem cell transplantation, discuss fertility preservation first: { $order }

advice-preserve = Options to preserve fertility, such as freezing of egg cells or sperm, belong before the treatment: before the first cyclophosphamide. A fertility doctor can discuss them.

criterion-ordered = Stem cell transplantation or its conditioning ordered
criterion-booked = Stem cell transplantation booked
criterion-age = Age { $reproductive-from-age } or older, below { $reproductive-below-age }
criterion-no-counselling = No fertility counselling on record

remark-age = { $age } years
remark-age-between = { $youngest } or { $oldest } years

context-frequent = Frequent: reduced fertility, infertility or early menopause. Infertility is named as a long-term effect.
context-ages = The ages from { $reproductive-from-age } and below { $reproductive-below-age } are this check's own; no source gives them.

suggest-referral = Referral to fertility clinic
