"""What deserves attention: incidents, what speaks for them, and what was said of them."""

from ui import alert_list
from ui.page import page

with page("Alerts") as p:
    alert_list.show(p)
