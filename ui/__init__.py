"""The command line, the HTTP API and the web page; no logic of their own."""
