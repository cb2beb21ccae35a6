"""From digest to inbox: plan, claim, gate, send, settle, reconcile."""
