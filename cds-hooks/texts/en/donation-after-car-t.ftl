title = donation-after-car-t
