"""Facts on paper: PDF, PPTX, XLSX, ICS, digest."""
