title = Donation after CAR-T

summary-order = Patient had CAR-T: donation of blood, organs, tissues or cells is not allowed. Remove this order.
summary-order-probable = CAR-T probably given (infusion not recorded): after CAR-T, donation is not allowed. Check before signing.
summary-order-history-in-words = CAR-T in the record in words only: after CAR-T, donation is not allowed. Check before signing.
summary-order-named = No donation after CAR-T. Is this a donation? { $order }
summary-registered = Registered as a donor, but donation is not allowed after CAR-T. Discuss it and have the registration changed.
summary-registered-probable = Registered as a donor, and CAR-T probably given (infusion not recorded). After CAR-T, donation is not allowed: check.

advice-no-donation = After CAR-T, people may not donate blood, organs, tissues or cells.

criterion-donation = Donation ordered
criterion-registered = Registered as a donor
criterion-car-t = CAR-T in history

remark-infusion-not-recorded = only the order is recorded as completed; the infusion itself is not recorded
remark-post-mortem-donor = post-mortem donor according to the patient data

context-no-end-date = The source gives no end date for this ban.
context-own-cells = Collection of the patient's own cells, blood or tissue is not a donation: give that as the reason of the order.
context-registration = A consent or registration in this record may differ from the national donor register.

suggest-remove = Remove { $order }
