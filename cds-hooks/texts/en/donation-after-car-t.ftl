title = Donation after CAR-T

summary-order = Patient had CAR-T: donation of blood, organs, tissues or cells is not allowed. Remove this order.
summary-order-probable = CAR-T probably given (infusion not recorded): after CAR-T, donation is not allowed. Check before signing.
summary-order-history-in-words = CAR-T in the record in words only: after CAR-T, donation is not allowed. Check before signing.
summary-order-named = No donation after CAR-T. Is this a donation? { $order }
summary-booking = Patient had CAR-T: donation of blood, organs, tissues or cells is not allowed. Do not book this.
summary-booking-probable = CAR-T probably given (infusion not recorded): after CAR-T, donation is not allowed. Check before booking.
summary-booking-history-in-words = CAR-T in the record in words only: after CAR-T, donation is not allowed. Check before booking.
summary-registered = Donor registration or wish on record: after CAR-T, donation is not allowed. Discuss it and update the record.
summary-registered-probable = Donor registration or wish on record, CAR-T probably given (infusion not recorded): then no donation. Check.

criterion-donation = Donation ordered
criterion-booking = Donation booked
criterion-registered = Donor registration or wish
criterion-car-t = CAR-T in history

remark-infusion-not-recorded = order completed, infusion not recorded
remark-date-not-recorded = the date is not recorded
remark-post-mortem-donor = post-mortem donor according to the patient data

context-no-end-date = The source gives no end date.
context-own-cells = Own cells, blood or tissue are no donation: give that as the reason of the order.
context-own-cells-booking = Own cells, blood or tissue are no donation: give that as the reason of the appointment.
context-registration = The national donor register may differ.

suggest-remove = Remove { $order }
