"""Assessors, assessments with their forms and files, results in force, plans and approvals of mappings."""

from .planning import Approval, Assessor, Conflict, Plan, PlanPart
from .results import Assessment, File, Move, Result

__all__ = ["Approval", "Assessment", "Assessor", "Conflict", "File", "Move", "Plan", "PlanPart", "Result"]
