//! Drives Chromium over its `DevTools` protocol: JSON on a pipe, a null byte behind each message.

use std::cell::{Cell, RefCell};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long an answer may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(1);
/// The names that Chromium goes by.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Whether there is a browser. Where one is required, its lack is a failure.
pub(crate) fn installed() -> Option<&'static str> {
    let runs = |name: &&str| {
        Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|of| of.success())
    };
    let found = NAMES.into_iter().find(runs);
    if found.is_none() {
        assert!(
            std::env::var_os("CELLWISE_BROWSER").is_none(),
            "a browser is required, and there is none of {NAMES:?}"
        );
        eprintln!("no browser: install chromium to run the tests in it");
    }
    found
}

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    send: RefCell<ChildStdin>,
    received: Receiver<Value>,
    session: String,
    last: Cell<u64>,
    /// What the browser told without being asked.
    events: RefCell<Vec<Value>>,
}

impl Browser {
    /// Starts a browser of its own, with a profile that is thrown away.
    pub(crate) fn start(name: &str) -> Self {
        let profile = format!("{}/chromium-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
        // Chromium reads from file 3 and writes to file 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null", name])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars"])
            .args(["--disable-background-networking", "--no-first-run", "--disable-dev-shm-usage"])
            .arg(format!("--user-data-dir={profile}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (told, received) = mpsc::channel();
        thread::spawn(move || {
            for message in BufReader::new(stdout).split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { break };
                if told.send(message).is_err() {
                    break;
                }
            }
        });
        let (last, events) = (Cell::new(0), RefCell::new(Vec::new()));
        let mut browser = Self { child, send: RefCell::new(send), received, session: String::new(), last, events };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        browser.session = browser.call("Target.attachToTarget", attach)["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Network", "Log", "DOM"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Asks the browser for something.
    #[allow(clippy::needless_pass_by_value, reason = "it is made for the call")]
    pub(crate) fn call(&self, method: &str, params: Value) -> Value {
        let id = self.last.get() + 1;
        self.last.set(id);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !self.session.is_empty() && !method.starts_with("Target.") && !method.starts_with("Browser.") {
            message["sessionId"] = json!(self.session);
        }
        let mut send = self.send.borrow_mut();
        send.write_all(message.to_string().as_bytes()).unwrap();
        send.write_all(&[0]).unwrap();
        send.flush().unwrap();
        loop {
            let mut answer = self.received.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{method}: {error}"));
            if answer["id"] == id {
                assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
            self.events.borrow_mut().push(answer);
        }
    }

    /// The value of an expression of JavaScript; of a promise, what it comes to.
    pub(crate) fn eval(&self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut result = self.call("Runtime.evaluate", params);
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {}", result["exceptionDetails"]);
        result["result"]["value"].take()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait_for(&self, expression: &str) {
        let started = Instant::now();
        while self.eval(&format!("Boolean({expression})")) != true {
            assert!(started.elapsed() < PATIENCE, "never true: {expression}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Opens a page on a screen of this width.
    pub(crate) fn open(&self, url: &str, width: u32) {
        let screen = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", screen);
        self.events.borrow_mut().clear();
        self.call("Page.navigate", json!({ "url": "about:blank" }));
        self.call("Page.navigate", json!({ "url": url }));
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// Presses a key that moves or activates.
    pub(crate) fn press(&self, key: &str, code: u32, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let mut params = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
            if kind == "keyDown" && !text.is_empty() {
                params["text"] = json!(text);
            }
            self.call("Input.dispatchKeyEvent", params);
        }
    }

    /// The addresses that were asked for since the page was opened.
    pub(crate) fn requested(&self) -> Vec<String> {
        self.told("Network.requestWillBeSent", |params| params["request"]["url"].as_str().map(str::to_owned))
    }

    /// Everything that went wrong since the page was opened: errors of the script, and what the policy of the page refused.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let mut all = self.told("Runtime.exceptionThrown", |params| Some(params["exceptionDetails"].to_string()));
        all.extend(self.told("Log.entryAdded", |params| {
            (params["entry"]["level"] == "error").then(|| params["entry"]["text"].to_string())
        }));
        all
    }

    fn told(&self, method: &str, read: impl Fn(&Value) -> Option<String>) -> Vec<String> {
        // Whatever was told before this answer has arrived by then.
        self.eval("0");
        let events = self.events.borrow();
        events.iter().filter(|event| event["method"] == method).filter_map(|event| read(&event["params"])).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
