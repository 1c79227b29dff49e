"""How a grievance mechanism does: indicators of a quarter and of a year, for its staff and in
public (UNGP 31 e)."""
