#![no_main]

cellwise_fuzz::json_target!(pages);
