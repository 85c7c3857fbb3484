"""The outside world for demo and tests: WeChat Pay, Alipay and a text message house, as processes that speak the real wire."""
