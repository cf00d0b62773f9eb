"""What is measured of a CV before its text is set aside: pure functions over a :class:`CvDocument`.

Every measure is taken as of the CV's own ``updatedAt``, never of today, so that measuring an old CV again
gives the same number. A measure that cannot be known from the document is ``None``, which is not zero.
"""
