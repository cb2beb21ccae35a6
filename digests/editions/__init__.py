"""From story to digest: assemble, select, render, lint and export."""
